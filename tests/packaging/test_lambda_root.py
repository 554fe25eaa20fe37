from tests.cloud.cloud import LocalCloud
from tests.cloud.sample import RUN


def test_x(cloud: LocalCloud) -> None:
    with cloud.http("amara") as http:
        r = http.post(f"{RUN}/certificate")
        print(r.status_code, r.text)
    for f in cloud.functions():
        print(f, cloud.logs(f)[-5:])
    assert r.status_code == 201

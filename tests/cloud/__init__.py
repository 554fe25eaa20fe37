"""The local cloud: template.yaml deployed on loopback, for the tests of the stack and for `make run`.

ministack (pinned in requirements.in) plays the AWS services. template.py, server.py and deployment.py adapt what
ministack does in another way than AWS, each with its reason. These differences remain, and nobody may rely on them:

- Time: a warm call takes about a tenth of a second. EventBridge Scheduler looks at its schedules every ten seconds.
- Scheduler does not retry, has no dead-letter queue and no time zone, and leaves `<aws.scheduler...>` in an input.
- Not checked: iam:PassRole, the roles of schedules and rules, queue policies, dynamodb:LeadingKeys.
- Missing: SQS's StartMessageMoveTask (sending dead letters again).
- A function that reads a stream: records that its partial batch response names as failed count as done. While the
  function works, all other event sources wait.
- An error that a function does not handle answers 502 with a trace (AWS: 500 without a trace). Events lack `cookies`
  and the x-forwarded-* headers.
- A deployment ignores: time to live, point-in-time recovery, a bucket's lifecycle, ExcludePunctuation of a generated
  secret, AllowAdminCreateUserOnly of a user pool.
- Outputs of a stack with an address of AWS name an address that does not exist. LocalCloud.api_url is the address.
"""

"""The local cloud: template.yaml deployed on loopback, for the tests of the stack and for `make run`.

ministack (pinned in requirements.in) plays the AWS services. What it does otherwise than AWS and can be helped is
adapted in template.py, server.py and deployment.py, each with its reason. What remains, so that nobody relies on it:

- Time: a warm call takes about a tenth of a second; EventBridge Scheduler looks at its schedules every ten seconds.
- Scheduler does not retry, knows no dead-letter queue and no time zone, and leaves `<aws.scheduler...>` in an input.
- Not asked for: iam:PassRole, the roles of schedules and rules, queue policies, dynamodb:LeadingKeys.
- Not there: SQS's StartMessageMoveTask (sending dead letters again).
- A function that reads a stream: what its partial batch response names as failed counts as done; it holds up all
  other event sources while it works.
- An error that a function does not handle answers 502 with its trace (AWS: 500 without). Events lack `cookies` and
  the x-forwarded-* headers.
- Not applied by a deployment: time to live, point-in-time recovery, a bucket's lifecycle, ExcludePunctuation of a
  generated secret, AllowAdminCreateUserOnly of a user pool.
- A stack's outputs that spell out an address of AWS name one that is not there: LocalCloud.api_url is the address.
"""

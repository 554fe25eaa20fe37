"""Answers of Open edX, Redwood to Verawood, from its source or its servers, about invented people."""

from __future__ import annotations

ME = '{"username":"mira"}'

ACCOUNT = (
    '{"username":"mira","id":4711,"name":"Mira Okafor","email":"mira@example.org","is_active":true,'
    '"verified_name":null,"pending_name_change":null,"date_joined":"2026-01-09T10:00:00Z","last_login":"2026-11-27T18:03:11Z","country":null,'
    '"bio":null,"gender":null,"goals":null,"level_of_education":null,"year_of_birth":null,"mailing_address":null,'
    '"state":null,"language_proficiencies":[],"social_links":[],"extended_profile":[],"course_certificates":null,'
    '"time_zone":null,"phone_number":null,"secondary_email":null,"secondary_email_enabled":null,'
    '"requires_parental_consent":false,"account_privacy":"private","profile_image":{"has_image":false,'
    '"image_url_full":"…","image_url_large":"…","image_url_medium":"…","image_url_small":"…"}}'
)

PREFERENCES = '{"pref-lang":"es-419","account_privacy":"private","time_zone":"Europe/Madrid"}'

VERIFICATION = '{"is_verified":true,"status":"approved","expiration_datetime":""}'

ROLES = (
    '{"roles":[{"org":"Demo","course_id":"course-v1:Demo+C101+2026","role":"instructor"},'
    '{"org":"Demo","course_id":"None","role":"staff"}],"is_staff":false}'
)

ENROLLMENTS = (
    '{"next":null,"previous":null,"results":[{"created":"2026-02-01T08:00:00.123456Z","mode":"verified",'
    '"is_active":true,"user":"mira","course_id":"course-v1:Demo+C101+2026"}]}'
)

ENROLLMENT = (
    '{"created":"2026-02-01T08:00:00.123456Z","mode":"verified","is_active":true,"user":"mira","course_details":'
    '{"course_id":"course-v1:Demo+C101+2026","course_name":"Tables & Trees","enrollment_start":null,'
    '"enrollment_end":null,"course_start":"2026-02-01T00:00:00Z","course_end":"2026-06-30T00:00:00Z",'
    '"invite_only":false,"pacing_type":"Instructor Paced","course_modes":[{"slug":"verified","name":"Verified",'
    '"min_price":0,"suggested_prices":"","currency":"usd","expiration_datetime":null,"description":null,"sku":null,'
    '"bulk_sku":null}]}}'
)

GRADE = (
    '[{"username":"mira","email":"","course_id":"course-v1:Demo+C101+2026","passed":true,"percent":0.84,'
    '"letter_grade":"Pass"}]'
)

GRADING_INFO = (
    '{"grade_cutoffs":{"Pass":0.5},"assignment_types":{},"subsections":[],"grades_frozen":false,'
    '"can_see_bulk_management":false}'
)

CERTIFICATE = (
    '{"username":"mira","course_id":"course-v1:Demo+C101+2026","certificate_type":"verified",'
    '"created_date":"2026-07-01T09:00:00Z","status":"downloadable","is_passing":true,'
    '"download_url":"/certificates/5f0c5f0c5f0c5f0c5f0c5f0c5f0c5f0c","grade":"0.84"}'
)

THROTTLED = '{"detail":"Request was throttled. Expected available in 31 seconds."}'
THROTTLED_LISTING = '{"developer_message":"Request was throttled. Expected available in 31 seconds."}'
NO_RIGHT = '{"detail":"You do not have permission to perform this action."}'
INVALID_GRANT = '{"error": "invalid_grant"}'
INVALID_CLIENT = '{"error": "invalid_client"}'

CLAIMS = {
    "aud": "openedx",
    "grant_type": "authorization-code",
    "preferred_username": "mira",
    "scopes": ["user_id", "profile", "email"],
    "version": "1.2.0",
    "filters": [],
    "is_restricted": False,
    "email_verified": True,
    "user_id": 4711,
    "email": "mira@example.org",
    "name": "Mira Okafor",
    "family_name": "",
    "given_name": "",
    "administrator": False,
    "superuser": False,
}
"""The claims of a token without issuer, times and subject: `iss`, `iat`, `exp`, `sub`."""

"""Routes of the LMS, each with its final slash; Studio's are below `/studio`."""

from __future__ import annotations

from django.urls import re_path

from tests.lms import control, courses, login, oauth, people

KEY = r"(?P<course_id>[^/]+)"
NAME = r"(?P<username>[^/,]+)"

urlpatterns = [
    re_path(r"^login$", login.login_page),
    re_path(r"^oauth2/authorize/?$", oauth.authorize),
    re_path(r"^oauth2/access_token/?$", oauth.access_token),
    re_path(r"^oauth2/revoke_token/?$", oauth.revoke_token),
    re_path(r"^api/user/v1/me$", people.me),
    re_path(r"^api/user/v1/accounts$", people.accounts),
    re_path(r"^api/user/v1/accounts/search_emails$", people.search_emails),
    re_path(r"^api/user/v1/accounts/retirement_queue/$", people.retirement_queue),
    re_path(rf"^api/user/v1/accounts/{NAME}/verification_status/$", people.verification_status),
    re_path(rf"^api/user/v1/accounts/{NAME}$", people.one_account),
    re_path(rf"^api/user/v1/preferences/{NAME}$", people.preferences),
    re_path(r"^api/edx_name_affirmation/v1/verified_name$", people.verified_name),
    re_path(r"^api/enrollment/v1/roles/$", people.roles),
    re_path(r"^api/enrollment/v1/enrollments/?$", courses.enrollments),
    re_path(rf"^api/enrollment/v1/enrollment/{NAME},{KEY}$", courses.one_enrollment),
    re_path(rf"^api/enrollment/v1/enrollment/{KEY}$", courses.one_enrollment),
    re_path(rf"^api/grades/v1/courses/{KEY}/$", courses.grades),
    re_path(rf"^api/grades/v1/gradebook/{KEY}/grading-info$", courses.grading_info),
    re_path(rf"^api/courses/v1/courses/{KEY}/$", courses.course),
    re_path(rf"^api/course_modes/v1/courses/{KEY}/$", courses.modes),
    re_path(rf"^api/certificates/v0/certificates/{NAME}/courses/{KEY}/?$", courses.certificate),
    re_path(rf"^api/instructor/v2/courses/{KEY}/enrollments$", courses.roster),
    re_path(rf"^api/instructor/v2/courses/{KEY}/certificates/issued$", courses.issued_certificates),
    re_path(rf"^courses/{KEY}/instructor/api/list_course_role_members$", courses.role_members),
    re_path(rf"^studio/api/contentstore/v1/course_details/{KEY}$", courses.studio_details),
    re_path(r"^_fake/?$", control.control),
]

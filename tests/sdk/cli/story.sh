#!/usr/bin/env bash
# The story, by the AWS CLI. scripts/sdk-stories has the environment ready: the endpoint, the region,
# the credentials, and SDK_PYTHON, which has the CLI.
set -euo pipefail

user=alice password=Correct-horse-9 new_password=Battery-staple-7
wrong="Incorrect username or password."

cognito() { "$SDK_PYTHON" -m awscli cognito-idp "$@"; }

# Prints a step's name once it has passed. The script compares the names with the list.
current=""
passed() { printf '%s\n' "$current"; }
step() { current="$1"; }
trap '[ $? -eq 0 ] || printf "FAILED: %s\n" "$current" >&2' EXIT

# is <what is there> <what is to be there>
is() { [ "$1" = "$2" ] || { printf 'expected %s, got %s\n' "$2" "$1" >&2; exit 1; }; }

# refused <code> <text, or nothing> <call ...>
refused() {
    local code="$1" text="$2" error
    shift 2
    if error="$("$@" 2>&1 >/dev/null)"; then
        printf 'not refused; %s was expected\n' "$code" >&2
        exit 1
    fi
    case "$error" in
        *"($code)"*"$text") ;;
        *) printf 'expected %s %s, got %s\n' "$code" "$text" "$error" >&2; exit 1 ;;
    esac
}

# secret_hash <user name>
secret_hash() {
    printf %s "$1$client_id" | openssl dgst -sha256 -hmac "$client_secret" -binary | openssl base64 -A
}

# json <expression on x, the document>; what it prints is text
json() { "$SDK_PYTHON" -c "import base64, json, sys; x = json.load(sys.stdin); print($1)"; }

# claim <token> <name>
claim() {
    printf '"%s"' "$1" | json "json.loads(base64.urlsafe_b64decode(x.split('.')[1] + '=='))['$2']"
}

# The code that was last sent to a user.
code_from_inbox() {
    curl --silent --show-error --fail --header @<(
        printf 'authorization: Bearer %s' "$USER_DIRECTORY_SERVER_TOKEN"
    ) "$USER_DIRECTORY_SERVER_ENDPOINT/_user-directory/inbox?username=$1" | json "x[-1]['code']"
}

printf 'with %s\n' "$("$SDK_PYTHON" -m awscli --version)"

step "creates a pool and a confidential client"
pool="$(cognito create-user-pool --pool-name story-cli --auto-verified-attributes email \
    --query UserPool.Id --output text)"
read -r client_id client_secret <<<"$(cognito create-user-pool-client --user-pool-id "$pool" \
    --client-name story-cli --generate-secret --explicit-auth-flows \
    ALLOW_ADMIN_USER_PASSWORD_AUTH ALLOW_USER_PASSWORD_AUTH ALLOW_REFRESH_TOKEN_AUTH \
    --query 'UserPoolClient.[ClientId, ClientSecret]' --output text)"
is "$(cognito describe-user-pool --user-pool-id "$pool" \
    --query 'UserPool.AutoVerifiedAttributes[0]' --output text)" email
passed

of_pool=(--user-pool-id "$pool")
of_user=("${of_pool[@]}" --username "$user")
hash="$(secret_hash "$user")"

sign_in() {
    cognito admin-initiate-auth "${of_pool[@]}" --client-id "$client_id" \
        --auth-flow ADMIN_USER_PASSWORD_AUTH \
        --auth-parameters "USERNAME=$user,PASSWORD=$1,SECRET_HASH=$hash" \
        --query 'AuthenticationResult.[AccessToken, IdToken, RefreshToken, TokenType, ExpiresIn]' \
        --output text
}
refresh() {
    cognito admin-initiate-auth "${of_pool[@]}" --client-id "$client_id" \
        --auth-flow REFRESH_TOKEN_AUTH --auth-parameters "REFRESH_TOKEN=$1,SECRET_HASH=$hash" \
        --query 'AuthenticationResult.[AccessToken, RefreshToken]' --output text
}
create_user() {
    cognito admin-create-user "${of_user[@]}" --temporary-password Temporary-1 \
        --message-action SUPPRESS --user-attributes Name=email,Value=alice@example.com \
        --query User.UserStatus --output text
}
set_password() { cognito admin-set-user-password "${of_user[@]}" --password "$password" --permanent; }

# What an administrator does with a user.

step "creates a user without an invitation"
is "$(create_user)" FORCE_CHANGE_PASSWORD
passed
step "sets a permanent password"
set_password
passed
step "signs in with the secret hash"
read -r access id refresh type expires <<<"$(sign_in "$password")"
is "$type $expires" "Bearer 3600"
is "$(claim "$access" client_id)" "$client_id"
is "$(claim "$id" email)" alice@example.com
passed
step "is refused a wrong password"
refused NotAuthorizedException "$wrong" sign_in Wrong-horse-9
passed
step "refreshes, and gets no new refresh token"
read -r refreshed none <<<"$(refresh "$refresh")"
is "$(claim "$refreshed" username) $none" "$user None"
passed
step "reads the user"
is "$(cognito admin-get-user "${of_user[@]}" --output text --query \
    "join(' ', [UserStatus, to_string(Enabled), UserAttributes[?Name=='sub'].Value | [0]])")" \
    "CONFIRMED true $(claim "$access" sub)"
passed
step "signs the user out everywhere"
cognito admin-user-global-sign-out "${of_user[@]}"
passed
step "is refused a refresh after the sign-out"
refused NotAuthorizedException "" refresh "$refresh"
passed
step "deletes the user"
cognito admin-delete-user "${of_user[@]}"
passed
step "is refused a second deletion"
refused UserNotFoundException "" cognito admin-delete-user "${of_user[@]}"
passed

# Groups.

step "creates a group and adds a user"
is "$(create_user)" FORCE_CHANGE_PASSWORD
set_password
is "$(cognito create-group "${of_pool[@]}" --group-name editors --precedence 1 \
    --query 'Group.[GroupName, Precedence]' --output text)" $'editors\t1'
cognito admin-add-user-to-group "${of_user[@]}" --group-name editors
passed
step "lists the users of the group"
is "$(cognito list-users-in-group "${of_pool[@]}" --group-name editors \
    --query 'Users[].Username' --output text)" "$user"
passed
step "lists the groups of the user"
is "$(cognito admin-list-groups-for-user "${of_user[@]}" \
    --query 'Groups[].GroupName' --output text)" editors
passed
step "finds the group in both tokens"
read -r access id _ <<<"$(sign_in "$password")"
is "$(claim "$access" cognito:groups) $(claim "$id" cognito:groups)" "['editors'] ['editors']"
passed

# A user signs up and signs in. These calls have no signature.

user=bob
hash="$(secret_hash "$user")"
of_client=(--client-id "$client_id" --secret-hash "$hash" --username "$user")

own_sign_in() {
    cognito initiate-auth --client-id "$client_id" --auth-flow USER_PASSWORD_AUTH \
        --auth-parameters "USERNAME=$user,PASSWORD=$1,SECRET_HASH=$hash" \
        --query AuthenticationResult.AccessToken --output text
}

step "signs up with the secret hash"
is "$(cognito sign-up "${of_client[@]}" --password "$password" \
    --user-attributes Name=email,Value=bob@example.com --output text --query \
    '[UserConfirmed, CodeDeliveryDetails.DeliveryMedium, CodeDeliveryDetails.AttributeName]')" \
    $'False\tEMAIL\temail'
passed
step "confirms the sign-up with the code from the inbox"
cognito confirm-sign-up "${of_client[@]}" --confirmation-code "$(code_from_inbox "$user")" >/dev/null
passed
step "signs in with USER_PASSWORD_AUTH"
access="$(own_sign_in "$password")"
passed
step "reads the own user by access token"
is "$(cognito get-user --access-token "$access" --output text --query \
    "join(' ', [Username, UserAttributes[?Name=='email_verified'].Value | [0]])")" "$user true"
passed

# A user has forgotten the password.

step "asks for a recovery code"
is "$(cognito forgot-password "${of_client[@]}" \
    --query CodeDeliveryDetails.Destination --output text)" 'b***@e***'
passed
step "sets a new password with the code from the inbox"
cognito confirm-forgot-password "${of_client[@]}" --password "$new_password" \
    --confirmation-code "$(code_from_inbox "$user")" >/dev/null
passed
step "signs in with the new password"
own_sign_in "$new_password" >/dev/null
passed
step "is refused the old password"
refused NotAuthorizedException "$wrong" own_sign_in "$password"
passed

# What there is not.

step "is told which operation is not implemented"
refused NotImplementedException "" cognito create-identity-provider "${of_pool[@]}" \
    --provider-name Example --provider-type OIDC --provider-details client_id=x
passed
step "finds no pool in another region"
refused ResourceNotFoundException "" cognito describe-user-pool "${of_pool[@]}" --region eu-west-1
passed

// Package endpoint serves credentials on this machine to every AWS SDK that
// gets the URL and the token, and renews them before they run out, so that a
// program may run for longer than a session lasts.
//
// The protocol is that of ECS and EKS (AWS SDKs and Tools Reference Guide,
// "Container credential provider"): AWS_CONTAINER_CREDENTIALS_FULL_URI names
// the URL, AWS_CONTAINER_AUTHORIZATION_TOKEN holds the token.
package endpoint

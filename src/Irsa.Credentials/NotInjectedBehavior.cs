namespace Irsa.Credentials;

/// <summary>What happens where neither <c>AWS_ROLE_ARN</c> nor <c>AWS_WEB_IDENTITY_TOKEN_FILE</c> is set and no option replaces them.</summary>
public enum NotInjectedBehavior
{
    /// <summary>The start fails with an error that says what to do. This is the default: no other identity is ever used silently.</summary>
    Fail = 0,

    /// <summary>
    /// The AWS SDK's default chain is used, and one log line says which source that was. For a developer's machine. One variable
    /// without the other is still an error.
    /// </summary>
    UseDefaultChain = 1,
}

using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Sts;

/// <summary>What one exchange has seen so far, over all its attempts.</summary>
internal sealed class ExchangeProgress
{
    public int Attempts { get; set; }

    public TokenClaims? Token { get; set; }

    /// <summary>Gets or sets what went wrong last: what a budget that ends says, whatever is under way then.</summary>
    public Failure? LastFailure { get; set; }

    /// <summary>Gets or sets a value indicating whether a missing token file may still be waited for: once in an exchange.</summary>
    public bool MayWaitForFile { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether an expired token may still be waited for: once in an exchange.</summary>
    public bool MayWaitForToken { get; set; } = true;
}

namespace Irsa.Credentials.Testing;

/// <summary>A refusal in STS's words.</summary>
internal sealed record StsError(int Status, string Code, string Sentence)
{
    public static StsError AccessDenied(string operation) => new(403, "AccessDenied", $"Not authorized to perform sts:{operation}");

    public static StsError InvalidToken(string sentence) => new(400, "InvalidIdentityToken", sentence);

    public static StsError Validation(string sentence) => new(400, "ValidationError", sentence);
}

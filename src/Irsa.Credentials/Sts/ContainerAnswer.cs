using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Sts;

/// <summary>
/// The keys that a container's endpoint answers with
/// (<see href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html"/>).
/// </summary>
internal sealed record ContainerAnswer(ImmutableCredentials Keys, DateTimeOffset Expiration, DateTimeOffset? ServerTime)
{
    /// <summary>Never prints the keys: records print every member by default.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"expires {Expiration:O}");

    /// <param name="body">The body of an answer of success.</param>
    /// <param name="serverTime">Its <c>Date</c>.</param>
    /// <param name="context">What was asked.</param>
    public static (ContainerAnswer? Answer, Failure? Failure) Parse(ReadOnlyMemory<byte> body, DateTimeOffset? serverTime, ExchangeContext context)
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(body);
            root = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return Invalid("its body is not JSON");
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return Invalid("its body is not a JSON object");
        }

        var keys = new Amazon.SecurityToken.Model.Credentials { AccessKeyId = Text("AccessKeyId"), SecretAccessKey = Text("SecretAccessKey"), SessionToken = Text("Token") };
        if (keys is not { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, SessionToken.Length: > 0 } || Text("Expiration") is not { Length: > 0 } end)
        {
            return Invalid("the credentials in it are incomplete");
        }

        if (!DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expiration))
        {
            return Invalid("its Expiration is malformed");
        }

        if (StsResponseValidator.FaultOf(keys) is { } fault)
        {
            return Invalid(fault);
        }

        var account = Text("AccountId") is { Length: 12 } digits && digits.All(char.IsAsciiDigit) ? digits : null;
        return (new ContainerAnswer(new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken, account), expiration, serverTime), null);

        string? Text(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        (ContainerAnswer?, Failure?) Invalid(string lack) => (null, ContainerFailures.InvalidResponse(lack, context));
    }
}

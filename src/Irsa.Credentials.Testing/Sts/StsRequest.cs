using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Irsa.Credentials.Testing;

/// <summary>The fields of a request and their limits. All errors are reported at once, as STS does.</summary>
internal sealed partial class StsRequest(IReadOnlyDictionary<string, StringValues> fields)
{
    private const int MaxPoliciesLength = 2048;
    private const int MaxTags = 50;

    public string Action => Field("Action") ?? string.Empty;

    public string? RoleArn => Field("RoleArn");

    public string? RoleSessionName => Field("RoleSessionName");

    public string? WebIdentityToken => Field("WebIdentityToken");

    public string? ExternalId => Field("ExternalId");

    public string? Policy => Field("Policy");

    public IReadOnlyList<string> PolicyArns { get; } = [.. Members(fields, PolicyArnField()).Select(match => fields[match.Value].ToString())];

    /// <summary>Gets the session tags, key to value.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; } = Members(fields, TagKeyField())
        .Select(match => (Key: fields[match.Value].ToString(), Value: fields.GetValueOrDefault($"Tags.member.{match.Groups[1].Value}.Value").ToString()))
        .DistinctBy(static tag => tag.Key)
        .ToDictionary(static tag => tag.Key, static tag => tag.Value);

    public string? SourceIdentity => Field("SourceIdentity");

    /// <summary>Gets the keys of the tags that further roles inherit, in order.</summary>
    public IReadOnlyList<string> TransitiveTagKeys { get; } = [.. Members(fields, TransitiveTagKeyField()).Select(match => fields[match.Value].ToString())];

    /// <summary>Gets the requested duration; null if it is missing or not a number.</summary>
    public int? DurationSeconds => int.TryParse(Field("DurationSeconds"), CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    public TimeSpan Duration => DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromHours(1);

    /// <summary>Gets the used part of the space for session policies in percent; null if there are none.</summary>
    public int? PackedPolicySize => Policy is null && PolicyArns.Count == 0 ? null : (int)Math.Ceiling(PoliciesLength * 100.0 / MaxPoliciesLength);

    private int PoliciesLength => (Policy?.Length ?? 0) + PolicyArns.Sum(static arn => arn.Length);

    /// <summary>Reads the fields from the body or, as in the examples of the API reference, from the query.</summary>
    /// <exception cref="InvalidDataException">The body is not a form, or exceeds a limit of ASP.NET Core.</exception>
    /// <exception cref="IOException">The body is too large or incomplete.</exception>
    public static async Task<StsRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
        {
            return new StsRequest(HttpMethods.IsGet(request.Method) ? request.Query.ToDictionary() : []);
        }

        // ASP.NET Core fails on some other encodings, such as UTF-7.
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Charset.Length > 0 && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException("The charset of the form is not UTF-8.");
        }

        return new StsRequest((await request.ReadFormAsync(cancellationToken).ConfigureAwait(false)).ToDictionary());
    }

    /// <param name="withToken">Whether the operation needs a token.</param>
    /// <returns>The error; null if all fields are valid.</returns>
    public StsError? Validate(bool withToken)
    {
        List<string> errors = [.. Text("roleArn", RoleArn, 20, 2048, static _ => true, string.Empty), .. Text("roleSessionName", RoleSessionName, 2, 64, SessionName().IsMatch, @"[\w+=,.@-]*")];
        if (withToken)
        {
            errors.AddRange(Token());
        }

        if (Policy is not null)
        {
            errors.AddRange(Text("policy", Policy, 1, MaxPoliciesLength, PolicyText().IsMatch, @"[\u0009\u000A\u000D\u0020-\u00FF]+"));
        }

        if (ExternalId is not null)
        {
            errors.AddRange(Text("externalId", ExternalId, 2, 1224, ExternalIdText().IsMatch, @"[\w+=,.@:\/-]*"));
        }

        if (SourceIdentity is not null)
        {
            errors.AddRange(Text("sourceIdentity", SourceIdentity, 2, 64, SessionName().IsMatch, @"[\w+=,.@-]*"));
        }

        if (PolicyArns.Count > 10)
        {
            errors.Add("Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10");
        }

        if (Tags.Count > MaxTags)
        {
            errors.Add($"Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to {MaxTags}");
        }

        foreach (var (key, value) in Tags)
        {
            errors.AddRange(Text("tags.member.key", key, 1, 128, TagText().IsMatch, @"[\p{L}\p{Z}\p{N}_.:/=+\-@]+"));
            errors.AddRange(Text("tags.member.value", value, 0, 256, TagText().IsMatch, @"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"));
        }

        errors.AddRange(Seconds());
        if (errors.Count > 0)
        {
            return StsError.Validation($"{errors.Count} validation error{(errors.Count == 1 ? string.Empty : "s")} detected: {string.Join("; ", errors)}");
        }

        if (Field("ProviderId") is not null)
        {
            return StsError.Validation("ProviderId is for OAuth 2.0 access tokens; it must be absent for OpenID Connect tokens.");
        }

        return PoliciesLength > MaxPoliciesLength
            ? new StsError(400, "PackedPolicyTooLarge", "The session policies together are larger than the limit of 2048 characters.")
            : Policy is null || IsJsonObject(Policy) ? null : new StsError(400, "MalformedPolicyDocument", "This policy contains invalid Json");
    }

    private static IEnumerable<string> Text(string name, string? value, int shortest, int longest, Predicate<string> matches, string pattern)
    {
        var constraint = value switch
        {
            null => "Member must not be null",
            _ when value.Length < shortest => $"Member must have length greater than or equal to {shortest}",
            _ when value.Length > longest => $"Member must have length less than or equal to {longest}",
            _ when !matches(value) => $"Member must satisfy regular expression pattern: {pattern}",
            _ => null,
        };
        return constraint is null ? [] : [$"Value {(value is null ? "null" : $"'{value}'")} at '{name}' failed to satisfy constraint: {constraint}"];
    }

    private static IEnumerable<Match> Members(IReadOnlyDictionary<string, StringValues> fields, Regex field) => fields.Keys
        .Select(key => field.Match(key)).Where(static match => match.Success)
        .OrderBy(static match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

    private static bool IsJsonObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private string? Field(string name) => fields.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>The token is a secret, so no response repeats it.</summary>
    private IEnumerable<string> Token() => WebIdentityToken switch
    {
        null => ["Value at 'webIdentityToken' failed to satisfy constraint: Member must not be null"],
        { Length: < 4 } => ["Value at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4"],
        { Length: > 20_000 } => ["Value at 'webIdentityToken' failed to satisfy constraint: Member must have length less than or equal to 20000"],
        _ => [],
    };

    private IEnumerable<string> Seconds()
    {
        if (Field("DurationSeconds") is not { } text)
        {
            return [];
        }

        var constraint = DurationSeconds switch
        {
            null => "Member must be an integer",
            < 900 => "Member must have value greater than or equal to 900",
            > 43_200 => "Member must have value less than or equal to 43200",
            _ => null,
        };
        return constraint is null ? [] : [$"Value '{text}' at 'durationSeconds' failed to satisfy constraint: {constraint}"];
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_+=,.@-]*\z")]
    private static partial Regex SessionName();

    [GeneratedRegex(@"\A[A-Za-z0-9_+=,.@:/-]*\z")]
    private static partial Regex ExternalIdText();

    [GeneratedRegex(@"\A[\t\n\r\u0020-\u00FF]+\z")]
    private static partial Regex PolicyText();

    [GeneratedRegex(@"\APolicyArns\.member\.([0-9]{1,4})\.arn\z")]
    private static partial Regex PolicyArnField();

    [GeneratedRegex(@"\ATransitiveTagKeys\.member\.([0-9]{1,4})\z")]
    private static partial Regex TransitiveTagKeyField();

    [GeneratedRegex(@"\ATags\.member\.([0-9]{1,4})\.Key\z")]
    private static partial Regex TagKeyField();

    [GeneratedRegex(@"\A[\p{L}\p{Z}\p{N}_.:/=+\-@]*\z")]
    private static partial Regex TagText();
}

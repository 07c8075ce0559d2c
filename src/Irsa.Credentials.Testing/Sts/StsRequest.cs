using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Irsa.Credentials.Testing;

/// <summary>The fields of a call, and whether they keep to the limits of STS's model. All faults are told at once, as STS does.</summary>
internal sealed partial class StsRequest(IReadOnlyDictionary<string, StringValues> fields)
{
    private const int LargestPolicies = 2048;
    private const int MostTags = 50;

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

    /// <summary>Gets the duration asked for; null where none was, or none that is a number.</summary>
    public int? DurationSeconds => int.TryParse(Field("DurationSeconds"), CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    public TimeSpan Duration => DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromHours(1);

    /// <summary>Gets how much of the room for session policies is used, in percent; null where there are none.</summary>
    public int? PackedPolicySize => Policy is null && PolicyArns.Count == 0 ? null : (int)Math.Ceiling(PoliciesLength * 100.0 / LargestPolicies);

    private int PoliciesLength => (Policy?.Length ?? 0) + PolicyArns.Sum(static arn => arn.Length);

    /// <summary>The fields, which may be in the body or, as in the API reference's own examples, in the query.</summary>
    /// <exception cref="InvalidDataException">The body is no form, or a larger one than anybody sends.</exception>
    public static async Task<StsRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken) => new(
        request.HasFormContentType
            ? (await request.ReadFormAsync(cancellationToken).ConfigureAwait(false)).ToDictionary()
            : HttpMethods.IsGet(request.Method) ? request.Query.ToDictionary() : new());

    public StsError? Judge(bool withToken)
    {
        List<string> faults = [.. Text("roleArn", RoleArn, 20, 2048, static _ => true, string.Empty), .. Text("roleSessionName", RoleSessionName, 2, 64, SessionName().IsMatch, @"[\w+=,.@-]*")];
        if (withToken)
        {
            faults.AddRange(Token());
        }

        if (Policy is not null)
        {
            faults.AddRange(Text("policy", Policy, 1, LargestPolicies, PolicyText().IsMatch, @"[\u0009\u000A\u000D\u0020-\u00FF]+"));
        }

        if (PolicyArns.Count > 10)
        {
            faults.Add("Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10");
        }

        if (Tags.Count > MostTags)
        {
            faults.Add($"Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to {MostTags}");
        }

        foreach (var (key, value) in Tags)
        {
            faults.AddRange(Text("tags.member.key", key, 1, 128, TagText().IsMatch, @"[\p{L}\p{Z}\p{N}_.:/=+\-@]+"));
            faults.AddRange(Text("tags.member.value", value, 0, 256, TagText().IsMatch, @"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"));
        }

        faults.AddRange(Seconds());
        if (faults.Count > 0)
        {
            return StsError.Validation($"{faults.Count} validation error{(faults.Count == 1 ? string.Empty : "s")} detected: {string.Join("; ", faults)}");
        }

        if (Field("ProviderId") is not null)
        {
            return StsError.Validation("ProviderId is for OAuth 2.0 access tokens; it must be absent for OpenID Connect tokens.");
        }

        return PoliciesLength > LargestPolicies
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

    /// <summary>Unlike the other fields it is a secret, so no answer repeats it.</summary>
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

    [GeneratedRegex(@"\A[\t\n\r\u0020-\u00FF]+\z")]
    private static partial Regex PolicyText();

    [GeneratedRegex(@"\APolicyArns\.member\.(\d{1,4})\.arn\z")]
    private static partial Regex PolicyArnField();

    [GeneratedRegex(@"\ATags\.member\.(\d{1,4})\.Key\z")]
    private static partial Regex TagKeyField();

    [GeneratedRegex(@"\A[\p{L}\p{Z}\p{N}_.:/=+\-@]*\z")]
    private static partial Regex TagText();
}

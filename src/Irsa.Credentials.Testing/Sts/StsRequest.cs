using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>The fields of a call, and whether they keep to the limits of STS's model. All faults are told at once, as STS does.</summary>
internal sealed partial class StsRequest(IFormCollection form)
{
    private const int LargestPolicies = 2048;

    public string Action => form["Action"].ToString();

    public string? RoleArn => Field("RoleArn");

    public string? RoleSessionName => Field("RoleSessionName");

    public string? WebIdentityToken => Field("WebIdentityToken");

    public string? ExternalId => Field("ExternalId");

    public string? Policy => Field("Policy");

    public IReadOnlyList<string> PolicyArns { get; } =
    [
        .. form.Keys.Select(static key => PolicyArnField().Match(key)).Where(static match => match.Success)
            .OrderBy(static match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            .Select(match => form[match.Value].ToString()),
    ];

    /// <summary>Gets the duration asked for; null where none was, or none that is a number.</summary>
    public int? DurationSeconds => int.TryParse(Field("DurationSeconds"), CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    public TimeSpan Duration => DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromHours(1);

    /// <summary>Gets how much of the room for session policies is used, in percent; null where there are none.</summary>
    public int? PackedPolicySize => Policy is null && PolicyArns.Count == 0 ? null : (int)Math.Ceiling(PoliciesLength * 100.0 / LargestPolicies);

    private int PoliciesLength => (Policy?.Length ?? 0) + PolicyArns.Sum(static arn => arn.Length);

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

    private string? Field(string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;

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
}

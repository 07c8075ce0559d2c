using Amazon.SecurityToken.Model;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Sts;
using Irsa.Credentials.Tests.Tokens;
using Irsa.Credentials.Tokens;
using Microsoft.Extensions.Configuration;

namespace Irsa.Credentials.Tests.Fuzzing;

/// <summary>What the library reads from files, servers, configuration and people.</summary>
internal static class LibraryTargets
{
    private static readonly ExchangeContext Context = new("AssumeRoleWithWebIdentity", TestSettings.Role, static () => "https://sts.example/", "eu-central-1", Token: null, Attempts: 1);

    private static readonly string[] Documents =
    [
        """{"iss":"https://oidc.eks.eu-central-1.amazonaws.com/id/A","sub":"system:serviceaccount:shop:orders","aud":["sts.amazonaws.com"],"iat":1700000000,"exp":1700086400,"kubernetes.io":{"pod":{"name":"orders-1"}}}""",
        """{"sub":7,"aud":"one","exp":1e300,"iss":null,"kubernetes.io":[]}""",
    ];

    private static readonly string[] Policies =
    [
        TrustPolicy.ForToken(TestToken.Create(), TestSettings.Role).ToJson(),
        """{"Role":{"Arn":"arn:aws:iam::111122223333:role/app","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":["sts:*"],"Condition":{"DateLessThan":{"aws:CurrentTime":"2026-01-01"}}}]}}}""",
        """[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/issuer"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"ForAnyValue:StringLike":{"issuer:aud":["s?s*",null]},"Null":{"issuer:sub":"false"}}}]""",
    ];

    private static readonly TrustPolicy Needed = TrustPolicy.ForToken(TestToken.Create(), TestSettings.Role);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("token", [TestToken.Create(), .. Documents, "a.b.c", "eyJ.eyJ.eyJ"], Token),
        new("sts-answer", ["ASIAKEY0123456789\nsecret\ntoken\narn:aws:sts::111122223333:assumed-role/app/orders-1\n3600", "A\nB\nC\narn:aws:sts:::assumed-role/app/x\n-1", "\n\n\n\n"], StsAnswerFields),
        new("options", ["RoleArn=arn:aws:iam::111122223333:role/app\nRegion=eu-central-1\nSessionDuration=01:00:00\nStsEndpoint=https://u:p@sts.example/", "AssumeRole:RoleArn=x\nAssumeRole:Tags:a=b\nSessionPolicyArns:0=arn\nMaxAttempts=4", "AllowUnencryptedSts=true\nStsEndpoint=http://10.0.0.1\nRefreshAtFraction=NaN\nExchangeTimeout=PT9999999999H", "Secret=AKIASECRET\nWarmUpAtStart=None"], Options),
        new("trust-policy", Policies, static input => Documented<ArgumentException>(() => Needed.Compare(FuzzTarget.Text(input)).ToList().ForEach(static mismatch => FuzzTarget.RequireShowable(mismatch.ToString())))),
        new("redaction", ["0", "1234567890"], Redaction),
        new("unescape", ["%252F%u002f\\\\u002f&amp;#47;&#x2F;", "\\u005cu002f%5C%75"], Unescape),
    ];

    /// <summary>Runs what may throw one kind of exception.</summary>
    public static void Documented<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
        }
        catch (T)
        {
            // It is documented.
        }
    }

    private static void Token(byte[] input)
    {
        var text = FuzzTarget.Text(input);
        if (text.StartsWith('{'))
        {
            text = $"{TestToken.Encode("""{"alg":"RS256"}""")}.{TestToken.Encode(text)}.c2ln";
        }

        if (TokenParser.TryParse(text, out var claims, out var looksLike))
        {
            var name = SessionName.For(TestSettings.Create(), claims, "host");
            if (name.Length is < 2 or > 64 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || "_+=,.@-".Contains(c, StringComparison.Ordinal)))
            {
                throw new InvalidOperationException("A session name that STS refuses.");
            }

            Documented<ArgumentException>(() => FuzzTarget.RequireShowable(TrustPolicy.ForToken(text, TestSettings.Role).ToJson()));
        }
        else
        {
            FuzzTarget.RequireShowable(looksLike);
        }
    }

    private static void StsAnswerFields(byte[] input)
    {
        var fields = FuzzTarget.Text(input).Split('\n');
        string? At(int index) => index < fields.Length ? fields[index] : null;
        var now = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        var outcome = StsResponseValidator.Validate(
            new StsAnswer
            {
                Keys = fields.Length % 7 == 6 ? null : new() { AccessKeyId = At(0), SecretAccessKey = At(1), SessionToken = At(2), Expiration = now.UtcDateTime.AddSeconds(int.TryParse(At(4), out var seconds) ? seconds : 0) },
                AssumedRole = new AssumedRoleUser { Arn = At(3) },
                ServerTime = now,
                LocalTime = now,
                SentAt = 0,
                Requested = TimeSpan.FromHours(1),
                InputVersion = null,
            },
            Context);
        if (outcome.Result is { } issued && (issued.Keys.Token + issued.Keys.SecretKey + issued.Keys.AccessKey).Any(static c => c is < '!' or > '~'))
        {
            throw new InvalidOperationException("Keys that break a header were accepted.");
        }

        FuzzTarget.RequireShowable(outcome.Failure?.ToString() ?? string.Empty);
    }

    private static void Options(byte[] input)
    {
        var values = FuzzTarget.Text(input).Split('\n').Select(static line => line.Split('=', 2)).Where(static pair => pair[0].Length > 0)
            .Select(static pair => KeyValuePair.Create("Irsa:" + pair[0], (string?)pair[^1])).DistinctBy(static pair => pair.Key, StringComparer.OrdinalIgnoreCase);
        var options = new IrsaOptions();
        var failure = OptionsBinder.Bind(new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("Irsa"), options, static _ => false);
        var result = SettingsReader.Read(options, new InjectedEnvironment(static _ => null), failure is null ? null : [failure]);
        foreach (var fault in result.Faults)
        {
            FuzzTarget.RequireShowable(fault.ToString());
            if (fault.ToString().Contains("AKIASECRET", StringComparison.Ordinal) && values.All(static pair => pair.Key == "Irsa:Secret" || !$"{pair.Key}{pair.Value}".Contains("AKIASECRET", StringComparison.Ordinal)))
            {
                throw new InvalidOperationException("A value of an unknown key is shown.");
            }
        }
    }

    /// <summary>The input only chooses the case: the property needs to know what was planted.</summary>
    private static void Redaction(byte[] input)
    {
        var planted = PlantedSecret.From(new Random(string.GetHashCode(Convert.ToHexString(input), StringComparison.Ordinal)));
        var words = $"cannot handle '{planted.Written}' here";
        if (planted.SurvivesIn(SecretRedactor.Redact(words, [.. planted.All])) || planted.SurvivesIn(SecretRedactor.RemoveKnown(words, [.. planted.All])))
        {
            throw new InvalidOperationException($"A secret survives: {planted.Form}.");
        }
    }

    private static void Unescape(byte[] input)
    {
        var text = FuzzTarget.Text(input);
        var unescaped = UnescapedText.Of(text);
        for (var (index, end) = (0, 0); index < unescaped.Characters.Length; end = unescaped.EndOf(index++))
        {
            if (unescaped.StartOf(index) != end || unescaped.EndOf(index) > text.Length)
            {
                throw new InvalidOperationException("A character has lost its place.");
            }
        }

        FuzzTarget.RequireShowable(DisplayText.EscapeLines(SecretRedactor.Redact(text, ["wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789"])).Replace("\r\n", "\n", StringComparison.Ordinal));
    }
}

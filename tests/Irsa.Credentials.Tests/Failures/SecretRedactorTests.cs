using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Tests.Tokens;

namespace Irsa.Credentials.Tests.Failures;

public sealed class SecretRedactorTests
{
    private const string Key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789";
    private static readonly string Token = $"{TestToken.Encode("""{"alg":"RS256","kid":"1"}""")}.{TestToken.Encode("""{"sub":"system:serviceaccount:shop:orders"}""")}.{TestToken.Encode("a signature that nobody may see, never")}";

    public static TheoryData<string> Forms =>
    [
        Key,
        Uri.EscapeDataString(Key),
        Uri.EscapeDataString(Key).Replace("%2F", "%2f", StringComparison.Ordinal),
        Uri.EscapeDataString(Uri.EscapeDataString(Key)),
        Key.Replace("/", "\\/", StringComparison.Ordinal),
        Key.Replace("/", "\\u002F", StringComparison.Ordinal).Replace("+", "\\u002b", StringComparison.Ordinal),
        Key.Replace("/", "&#47;", StringComparison.Ordinal).Replace("+", "&#43;", StringComparison.Ordinal),
        Key.Replace("/", "&#x2F;", StringComparison.Ordinal).Replace("+", "&#x2b;", StringComparison.Ordinal),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Key)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("x" + Key)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("xy" + Key + "z")),
        string.Join(' ', Key.Chunk(4).Select(static part => new string(part))),
        string.Join("\n", Key.Chunk(7).Select(static part => new string(part))),
        Key[..35],
        Key[5..],
        Token,
        Uri.EscapeDataString(Token),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Token)),
        string.Join('-', Token.Chunk(5).Select(static part => new string(part))),
        Token[..40],
        Token.Split('.')[2],
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_known_secret_is_removed_in_every_form(string form)
    {
        var redacted = SecretRedactor.Redact($"cannot handle '{form}' here", [Key, Token]);

        // A letter beside the secret may go with it, where it happens to continue another form.
        Assert.StartsWith("cannot hand", redacted, StringComparison.Ordinal);
        Assert.EndsWith("here", redacted, StringComparison.Ordinal);
        Assert.True(redacted.Length < 60, redacted);
    }

    [Theory]
    [InlineData("+sessionkeywithoutdigits")]
    [InlineData("sessionkeywithoutdigits/")]
    [InlineData("+/sessionkeywithoutdigits+")]
    public void The_signs_at_the_ends_of_a_secret_go_with_it(string key)
    {
        Assert.Equal("key '[removed]' end", SecretRedactor.Redact($"key '{key}' end", [key]));
        Assert.Equal("key '[removed]' end", SecretRedactor.Redact($"key '{Uri.EscapeDataString(key)}' end", [key]));
        var entities = key.Replace("+", "&#43;", StringComparison.Ordinal).Replace("/", "&#x2f;", StringComparison.Ordinal);
        Assert.Equal("key '[removed]' end", SecretRedactor.Redact($"key '{entities}' end", [key]));
    }

    /// <summary>The evidence. Each is longer than a secret key.</summary>
    [Theory]
    [InlineData("arn:aws:iam::111122223333:role/platform/production/OrdersServiceReadWriteRole2026")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/orders-service-production/orders-7d9c9f6b5c-x2x4k")]
    [InlineData("https://oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E")]
    [InlineData("MyCompanyPlatformOrdersServiceProductionReadWriteRole2026")]
    [InlineData("arn:aws:organizations::111122223333:policy/o-exampleorgid/service_control_policy/p-examplepolicyid111")]
    [InlineData("system:serviceaccount:orders-production-europe:orders-service-account-with-a-long-name")]
    [InlineData("tx00000700f569cbdc2d9ec-006b04fc01-100a-default")]
    [InlineData("arn:aws:iam::111122223333:role/OrdersStackOrdersServiceRoleDefault1A2B3C4D9XyZ")]
    [InlineData("arn:minio:iam:role/OrdersStackOrdersServiceRoleDefault1A2B3C4D9XyZ")]
    [InlineData("no address, but me@example.com")]
    public void Evidence_is_kept(string evidence) => Assert.Equal(evidence, SecretRedactor.Redact(evidence, [Key, Token]));

    [Theory]
    [InlineData("to proxy 'http://alice:S3cr%27et@127.0.0.1:1/' failed", "to proxy 'http://[removed]127.0.0.1:1/' failed")]
    [InlineData("http://a:p@ss@host/x@y", "http://[removed]host/x@y")]
    public void A_URL_loses_its_user(string text, string shown) => Assert.Equal(shown, SecretRedactor.Redact(text, []));

    [Fact]
    public void An_unknown_token_or_key_is_removed_too()
    {
        Assert.Equal("got [removed] end", SecretRedactor.Redact($"got {Token} end", []));
        Assert.Equal("key [removed] end", SecretRedactor.Redact($"key {Key} end", []));
    }

    /// <summary>As s3fs writes them in one line. A colon alone does not make an ARN.</summary>
    [Theory]
    [InlineData("AKIAIOSFODNN7EXAMPLE:")]
    [InlineData("AKIAIOSFODNN7EXAMPLE.")]
    [InlineData("arn:aws:iam::")]
    [InlineData("arn:aws:iam::111122223333:")]
    [InlineData("not arn:aws:iam::111122223333:role/app but AKIAIOSFODNN7EXAMPLE:")]
    public void A_key_behind_a_colon_is_removed(string before) => Assert.Equal(before + "[removed]", SecretRedactor.Redact(before + Key, []));

    [Theory]
    [InlineData("arn:aws:iam::111122223333:role/KeyJanitorServiceRole")]
    [InlineData("arn:aws:iam::111122223333:role/KeyJanitor.Service.ReadWrite")]
    [InlineData("/var/run/KeyJars/production/token.jwt")]
    public void A_setting_that_only_resembles_a_token_is_shown(string value)
    {
        Assert.Equal($"\"{value}\"", SecretRedactor.Quote(value));
        Assert.Equal($"\"{value}\"", SecretRedactor.QuoteAscii(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("role/")]
    [InlineData("token=")]
    [InlineData("token")]
    [InlineData("%3D")]
    public void A_token_in_a_setting_is_removed_whatever_it_follows(string before)
    {
        Assert.Equal($"\"{before}[removed]\"", SecretRedactor.Quote(before + Token));
        Assert.Equal($"\"{before}[removed]\"", SecretRedactor.Quote(before + Token[..^50]));
    }

    [Fact]
    public void What_is_left_is_shortened_and_a_long_text_costs_no_more_than_a_short_one()
    {
        var shorter = string.Concat(Enumerable.Repeat("http://a b%2F-eyJ/", 6_000));
        var longer = string.Concat(Enumerable.Repeat("http://a b%2F-eyJ/", 600_000));
        _ = SecretRedactor.Redact(shorter, [Key, Token]);

        var (ofShorter, ofLonger) = (Allocated(shorter), Allocated(longer));

        // Memory and not time, which depends on the machine: whoever looks at each character of a text also keeps something for each.
        Assert.InRange(ofLonger, 1, 2 * ofShorter);

        static long Allocated(string text)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.InRange(SecretRedactor.Redact(text, [Key, Token]).Length, 1, 501);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void No_text_that_quotes_a_body_is_kept()
    {
        var quoted = new AmazonServiceException("Error unmarshalling. HTTP Body: <SecretAccessKey>wJalrXUtnFEMI/K7MDENG+bPxRfiCY01234", ErrorType.Unknown, null, null, HttpStatusCode.OK);
        var xml = new AmazonUnmarshallingException("request-1", "/a/wJalrXUtnFEMI", new System.Xml.XmlException("wJalrXUtnFEMI"));

        foreach (var exception in (Exception[])[quoted, xml, new AmazonClientException("x", xml), new AmazonServiceException("x", xml)])
        {
            Assert.DoesNotContain("wJalr", SecretRedactor.WithoutResponse(exception, []).ToString(), StringComparison.Ordinal);
        }
    }

    /// <summary>Handlers of the application put into Data and HelpLink what they like, and loggers print it.</summary>
    [Fact]
    public void No_other_member_of_an_exception_shows_a_secret()
    {
        var inData = new InvalidOperationException("x") { Data = { ["body"] = $"token {Key}" } };
        var inKey = new InvalidOperationException("x") { Data = { [Key] = 1 } };
        var inHelp = new InvalidOperationException("x") { HelpLink = $"https://alice:password@host/?{Key}" };

        foreach (var exception in (Exception[])[inData, inKey, inHelp, new HttpRequestException("outer", inData)])
        {
            for (var kept = SecretRedactor.WithoutResponse(exception, [Key]); kept is not null; kept = kept.InnerException)
            {
                Assert.Empty(kept.Data);
                Assert.Null(kept.HelpLink);
            }
        }
    }

    /// <summary>This runs while a failure is classified: what it threw would take the failure's place.</summary>
    [Fact]
    public void An_exception_with_members_of_its_own_is_told_without_throwing()
    {
        var generic = new ForeignException { Own = new Dictionary<string, int> { ["attempts"] = 3 } };
        Assert.Same(generic, SecretRedactor.WithoutResponse(generic, [Key]));
        var without = new ForeignException { Own = null };
        Assert.Same(without, SecretRedactor.WithoutResponse(without, [Key]));

        foreach (var exception in (Exception[])
            [
                new ForeignException { Own = new Dictionary<string, string> { ["body"] = Key } },
                new ForeignException { Own = new Dictionary<string, object> { ["body"] = new Hostile() } },
                new ForeignException { Help = static () => throw new InvalidOperationException() },
                new ForeignException { Text = static () => throw new InvalidOperationException() },
                new HttpRequestException("outer", new ForeignException { Text = static () => throw new InvalidOperationException() }),
            ])
        {
            Assert.StartsWith(exception.GetType().FullName!, Assert.IsType<AmazonClientException>(SecretRedactor.WithoutResponse(exception, [Key])).Message, StringComparison.Ordinal);
            Assert.Contains(exception.GetType().Name, UnexpectedFailure.From(exception, [Key]).ToString(), StringComparison.Ordinal);
        }
    }

    private sealed class ForeignException : Exception
    {
        public System.Collections.IDictionary? Own { get; init; } = new Dictionary<string, string>();

        public Func<string> Help { get; init; } = static () => string.Empty;

        public Func<string> Text { get; init; } = static () => "x";

        public override System.Collections.IDictionary Data => Own!;

        public override string? HelpLink => Help();

        public override string Message => Text();
    }

    private sealed class Hostile
    {
        public override string ToString() => throw new InvalidOperationException();
    }

    [Fact]
    public void An_exception_without_a_secret_is_kept_with_all_its_members()
    {
        var harmless = new InvalidOperationException("x", new IOException("y")) { HelpLink = "https://example.com/help", Data = { ["host"] = "sts" } };

        Assert.Same(harmless, SecretRedactor.WithoutResponse(harmless, [Key]));
    }

    [Fact]
    public void A_refusal_keeps_its_sentence_code_and_status_but_nothing_of_its_response()
    {
        var refused = new AmazonSecurityTokenServiceException("User: arn:aws:sts::111122223333:assumed-role/app/pod is not authorized", ErrorType.Sender, "AccessDenied", "request-1", HttpStatusCode.Forbidden);

        var kept = Assert.IsType<AmazonSecurityTokenServiceException>(SecretRedactor.WithoutResponse(refused, [Key]));

        Assert.Equal((refused.Message, "AccessDenied", "request-1", HttpStatusCode.Forbidden), (kept.Message, kept.ErrorCode, kept.RequestId, kept.StatusCode));
        Assert.Null(kept.InnerException);
    }
}

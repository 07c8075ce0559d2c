using System.Text;
using System.Xml;
using System.Xml.Linq;
using Irsa.Credentials.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Irsa.Credentials.Tests.Fuzzing;

/// <summary>What the local AWS reads from the network.</summary>
internal static class LocalAwsTargets
{
    private const string Scope = "20261126/eu-central-1/s3/aws4_request";

    private static readonly SigV4Verifier Verifier = new(new SessionStore(), SigV4Rules.S3("eu-central-1"), TimeProvider.System);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("chunks", ["5\r\nhello\r\n0\r\n\r\n", "5;chunk-signature=aaaa\r\nhello\r\n0;chunk-signature=bbbb\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:cc\r\n\r\n", "ffffffffffffffff\r\n"], Chunks),
        new("signature", [$"/bucket/key?list-type=2\nAWS4-HMAC-SHA256 Credential=ASIA/{Scope}, SignedHeaders=host;x-amz-date, Signature=00\n20261126T120000Z", $"/b?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIA%2F{Scope}&X-Amz-Date=20261126T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00\n\n", "/%ff%2f..\nAWS4-HMAC-SHA256\n99991231T235959Z"], Signature),
        new("xml", ["<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag><ChecksumCRC32>AA==</ChecksumCRC32></Part></CompleteMultipartUpload>", "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a</Key></Object></Delete>"], Xml),
        new("local-trust-policy", [TrustPolicy.For("https://issuer", "ns", "sa", TestSettings.Role).ToJson(), """{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}"""], LocalTrustPolicy),
    ];

    private static void Chunks(byte[] input)
    {
        var isSigned = input.Length % 2 == 0;
        var session = new IssuedSession("ASIA", "secret", "token", LocalRoleArn.Parse(TestSettings.Role), "arn", "id", DateTimeOffset.MaxValue);
        var signature = new SigV4Signature(session, isSigned ? "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" : "STREAMING-UNSIGNED-PAYLOAD-TRAILER", new byte[32], Scope, "20261126T120000Z", new string('0', 64));
        LibraryTargets.Documented<S3Exception>(() =>
            new AwsChunkedReader(new MemoryStream(input), signature).CopyToAsync(static _ => ValueTask.CompletedTask, CancellationToken.None).GetAwaiter().GetResult());
    }

    private static void Signature(byte[] input)
    {
        var lines = Encoding.Latin1.GetString(input).Split('\n');
        var context = new DefaultHttpContext();
        var target = lines[0].Split('?', 2);
        context.Request.Method = "GET";
        context.Request.Headers.Host = "127.0.0.1";
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = lines[0];
        context.Request.Path = new PathString("/" + target[0].TrimStart('/'));
        context.Request.QueryString = target.Length > 1 ? new QueryString("?" + target[1]) : default;
        if (lines.Length > 1 && lines[1].Length > 0)
        {
            context.Request.Headers.Authorization = lines[1];
        }

        if (lines.Length > 2)
        {
            context.Request.Headers["x-amz-date"] = lines[2];
        }

        LibraryTargets.Documented<S3Exception>(() =>
        {
            if (Verifier.Verify(context.Request).Failure is null)
            {
                throw new InvalidOperationException("A signature of nobody is accepted.");
            }
        });
    }

    private static void Xml(byte[] input)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(input), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = 8 * 1024 * 1024 });
            _ = CompletedPart.Parse(XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root!);
        }
        catch (Exception documented) when (documented is XmlException or S3Exception)
        {
            // The caller answers both with an error of S3.
        }
    }

    private static void LocalTrustPolicy(byte[] input) => LibraryTargets.Documented<ArgumentException>(() =>
        TrustPolicyDocument.Parse(FuzzTarget.Text(input)).Allows("sts:AssumeRoleWithWebIdentity", "Federated", ["arn:aws:iam::111122223333:oidc-provider/issuer"], new Dictionary<string, IReadOnlyList<string>> { ["issuer:sub"] = ["a"] }));
}

using System.Buffers.Text;

namespace Irsa.Credentials.Benchmarks.Measuring;

/// <summary>A token file and the variables of a pod for processes in which STS does not check the token.</summary>
internal sealed class TokenFileForWorkers : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("irsa-benchmark-");

    public TokenFileForWorkers()
    {
        Path = System.IO.Path.Combine(_folder.FullName, "token");
        var claims = """{"iss":"https://oidc.example.com/id/1","sub":"system:serviceaccount:default:app","aud":["sts.amazonaws.com"],"iat":1700000000,"exp":4102444800}"""u8;
        File.WriteAllText(Path, $"{Base64Url.EncodeToString("""{"alg":"RS256","kid":"1"}"""u8)}.{Base64Url.EncodeToString(claims)}.{Base64Url.EncodeToString("signature"u8)}");
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AWS_REGION"] = "eu-central-1",
        ["AWS_ROLE_ARN"] = "arn:aws:iam::111122223333:role/app",
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = Path,
    };

    public void Dispose() => _folder.Delete(recursive: true);
}

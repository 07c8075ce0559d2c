using System.Text;

namespace Irsa.Credentials.Tests.Tokens;

/// <summary>Tokens whose signature says nothing: the library never looks at it.</summary>
internal static class TestToken
{
    public const string Payload = """
        {"iss":"https://oidc.eks.eu-central-1.amazonaws.com/id/ABC","sub":"system:serviceaccount:shop:orders","aud":["sts.amazonaws.com"],
        "exp":1795435200,"iat":1795348800,"nbf":1795348800,"kubernetes.io":{"namespace":"shop","pod":{"name":"orders-1"},"serviceaccount":{"name":"orders"}}}
        """;

    public static string Create(string payload = Payload) => $"{Encode("""{"alg":"RS256","kid":"key-1"}""")}.{Encode(payload)}.{Encode("signature")}";

    public static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}

using System.CommandLine;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary>The options that say which identity is meant; what is left out comes from the pod's variables.</summary>
internal sealed class IdentityOptions
{
    private readonly Option<string?> _role = new("--role") { Description = "Default: AWS_ROLE_ARN." };
    private readonly Option<string?> _tokenFile = new("--token-file") { Description = "Default: AWS_WEB_IDENTITY_TOKEN_FILE." };
    private readonly Option<string?> _region = new("--region") { Description = "Default: AWS_REGION, then AWS_DEFAULT_REGION." };
    private readonly Option<string?> _endpoint = new("--sts-endpoint") { Description = "Default: AWS_ENDPOINT_URL_STS, then AWS_ENDPOINT_URL, else the region's." };

    public void AddTo(Command command)
    {
        command.Options.Add(_role);
        command.Options.Add(_tokenFile);
        command.Options.Add(_region);
        command.Options.Add(_endpoint);
    }

    public IrsaOptions Read(ParseResult parsed) => new()
    {
        RoleArn = parsed.GetValue(_role),
        WebIdentityTokenFile = parsed.GetValue(_tokenFile),
        Region = parsed.GetValue(_region),
        StsEndpoint = parsed.GetValue(_endpoint) is { } address ? Address(address) : null,
    };

    /// <summary>Not shown where it is wrong: it may hold a password.</summary>
    private static Uri Address(string text) => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var address)
        ? address
        : throw new UsageException("--sts-endpoint is not an address, such as https://sts.eu-central-1.amazonaws.com.");
}

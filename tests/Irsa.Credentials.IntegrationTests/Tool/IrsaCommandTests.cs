using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.Tool;

/// <summary>The command <c>irsa</c>, as a process of its own.</summary>
public sealed class IrsaCommandTests : IAsyncLifetime
{
    private const string Role = "arn:aws:iam::111122223333:role/app";

    private readonly Dictionary<string, string> _variables = [];
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);
        foreach (var (name, value) in _aws.Environment)
        {
            _variables[name] = value;
        }

        _variables["AWS_ENDPOINT_URL_STS"] = _aws.Sts.Endpoint.AbsoluteUri;
        _variables["AWS_ENDPOINT_URL_S3"] = _aws.S3.Endpoint.AbsoluteUri;
    }

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Exchange_says_who_the_token_makes_us_or_why_not()
    {
        string[] arguments = ["exchange", "--role", _aws.RoleArn, "--token-file", _aws.Tokens.Path, "--region", _aws.Region, "--sts-endpoint", _aws.Sts.Endpoint.AbsoluteUri];

        var run = await ToolRun.StartAsync(new Dictionary<string, string>(), arguments);
        Assert.True(run.ExitCode == 0, run.Printed);
        Assert.StartsWith("arn:aws:sts::111122223333:assumed-role/local-app/app-0", run.Output, StringComparison.Ordinal);

        _aws.Sts.RemoveRole(_aws.RoleArn);
        run = await ToolRun.StartAsync(new Dictionary<string, string>(), arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("IRSA301", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doctor")]
    [InlineData("doctor", "--json")]
    [InlineData("exchange")]
    [InlineData("token")]
    [InlineData("trust-policy")]
    public async Task A_token_in_the_place_of_its_files_path_is_not_shown(params string[] arguments)
    {
        var token = await File.ReadAllTextAsync(_aws.Tokens.Path, Cancel);
        _variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = token;

        var run = await RunAsync(arguments);

        Assert.NotEqual(0, run.ExitCode);
        Assert.DoesNotContain("eyJ", run.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain(token[^20..], run.Printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doctor", "--no-exchange")]
    [InlineData("exchange")]
    [InlineData("trust-policy")]
    [InlineData("trust-policy", "--role", "SECRET")]
    [InlineData("trust-policy", "--role", Role, "--compare", "SECRET")]
    [InlineData("manifest", "--role", "SECRET", "--namespace", "shop", "--service-account", "orders", "--deployment", "orders")]
    [InlineData("manifest", "--role", Role, "--namespace", "SECRET", "--service-account", "orders", "--deployment", "orders")]
    [InlineData("doctor", "--s3", "SECRET")]
    public async Task A_token_or_key_in_the_place_of_a_name_is_not_shown(params string[] arguments)
    {
        const string Key = "AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789";
        foreach (var secret in (string[])[await File.ReadAllTextAsync(_aws.Tokens.Path, Cancel), Key])
        {
            _variables["AWS_ROLE_ARN"] = secret;

            var run = await RunAsync([.. arguments.Select(argument => argument == "SECRET" ? secret : argument)]);

            Assert.NotEqual(0, run.ExitCode);
            Assert.Contains("[removed]", run.Printed, StringComparison.Ordinal);
            Assert.DoesNotContain("eyJ", run.Printed, StringComparison.Ordinal);
            Assert.DoesNotContain(secret[^20..], run.Printed, StringComparison.Ordinal);
        }
    }

    /// <summary>.NET signs in with what the variable says, whose address this library strips.</summary>
    [Fact]
    public async Task A_proxy_that_a_variable_names_gets_its_password_and_nobody_else_sees_it()
    {
        const string Password = "S3cret.of-the-variable/0123456789";
        var requests = new ConcurrentQueue<string>();
        await using var proxy = StubServer.Answering(request =>
        {
            requests.Enqueue(request);
            return "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        });
        _variables.Remove("AWS_ENDPOINT_URL_STS");
        _variables["HTTPS_PROXY"] = $"http://alice:{Uri.EscapeDataString(Password)}@127.0.0.1:{proxy.Port}";

        var run = await RunAsync("exchange");

        Assert.Contains("IRSA407", run.Errors, StringComparison.Ordinal);
        Assert.Contains(requests, static request => request.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes($"alice:{Password}")), StringComparison.Ordinal));
        Assert.DoesNotContain("S3cret", run.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_on_a_healthy_pod_ends_with_0_and_fits_one_screen()
    {
        var run = await RunAsync("doctor", "--s3", "bucket");

        Assert.True(run.ExitCode == 0, run.Printed);
        var lines = run.Output.TrimEnd().Split('\n');
        Assert.InRange(lines.Length, 10, 40);
        Assert.All(lines, static line => Assert.True(line.Length <= 100 || !line.TrimStart().Contains(' ', StringComparison.Ordinal), line));
        Assert.All(run.Output.Split('\n'), static line => Assert.Equal(line.TrimEnd(), line));
        Assert.Contains("s3:ListBucket on bucket: allowed.", run.Output, StringComparison.Ordinal);
        Assert.Equal("pass: Nothing to do.", lines[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("arn:aws:s3:::bucket")]
    [InlineData("s3://bucket")]
    public async Task Doctor_takes_the_name_of_a_bucket_and_nothing_else(string bucket)
    {
        var run = await RunAsync("doctor", "--s3", bucket);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("--s3 takes the bucket's name", run.Errors, StringComparison.Ordinal);
        Assert.Empty(_aws.Sts.Calls);
    }

    [Fact]
    public async Task Doctor_ends_with_1_where_there_are_warnings()
    {
        _variables["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE";
        _variables["AWS_SECRET_ACCESS_KEY"] = "0123456789012345678901234567890123456789";

        var run = await RunAsync("doctor", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain("0123456789", run.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_ends_with_2_after_one_STS_call_where_the_role_does_not_trust_the_token()
    {
        _aws.Sts.RemoveRole(_aws.RoleArn);

        var run = await RunAsync("doctor", "--json");

        Assert.Equal(2, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(["schemaVersion", "role", "region", "verdict", "exitCode", "checks"], json.RootElement.EnumerateObject().Select(static member => member.Name));
        var exchange = json.RootElement.GetProperty("checks")[6];
        Assert.Equal(["number", "name", "verdict", "seen", "remedy", "errorId", "errorIds"], exchange.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(("fail", "IRSA301"), (exchange.GetProperty("verdict").GetString(), exchange.GetProperty("errorId").GetString()));
        Assert.Single(_aws.Sts.Calls);
    }

    [Fact]
    public async Task Doctor_without_the_exchange_makes_no_call()
    {
        var run = await RunAsync("doctor", "--no-exchange", "--s3", "bucket");

        Assert.True(run.ExitCode == 0, run.Printed);
        Assert.Empty(_aws.Sts.Calls);
        Assert.Empty(_aws.S3.Calls);
    }

    [Fact]
    public async Task Doctor_tells_a_bucket_that_does_not_exist_from_an_identity_that_is_wrong()
    {
        var run = await RunAsync("doctor", "--s3", "missing");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("pass     8 identity", run.Output, StringComparison.Ordinal);
        Assert.Contains("NoSuchBucket (HTTP 404)", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_takes_the_options_instead_of_the_variables()
    {
        var run = await ToolRun.StartAsync(
            new Dictionary<string, string>(),
            "doctor", "--role", _aws.RoleArn, "--token-file", _aws.Tokens.Path, "--region", _aws.Region, "--sts-endpoint", _aws.Sts.Endpoint.AbsoluteUri);

        Assert.True(run.ExitCode == 0, run.Printed);
    }

    [Theory]
    [InlineData("IRSA301")]
    [InlineData("irsa301")]
    [InlineData("301")]
    public async Task Explain_says_what_an_id_means(string id)
    {
        var run = await RunAsync("explain", id);

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("IRSA301: ", run.Output, StringComparison.Ordinal);
        Assert.Contains(IrsaErrorExplanation.For(IrsaErrorCode.TrustPolicyMismatch).Remedy, Regex.Replace(run.Output, @"\s+", " "), StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), static line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public async Task Explain_lists_every_id_and_refuses_others()
    {
        var all = await RunAsync("explain");
        Assert.Equal(IrsaErrorExplanation.All.Select(static row => row.Id), all.Output.TrimEnd().Split('\n').Select(static line => line[..7]));

        Assert.Equal(1, (await RunAsync("explain", "IRSA999")).ExitCode);
    }

    [Fact]
    public async Task Token_shows_the_claims_and_never_the_signature()
    {
        var token = await File.ReadAllTextAsync(_aws.Tokens.Path, Cancel);

        var run = await RunAsync("token");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("system:serviceaccount:default:app", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"expires \(exp\) +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ, in 24 hours", run.Output);
        Assert.All(token.Split('.'), part => Assert.DoesNotContain(part, run.Printed, StringComparison.Ordinal));

        _aws.Tokens.Write("not a token");
        Assert.Equal(1, (await RunAsync("token", _aws.Tokens.Path)).ExitCode);
    }

    [Fact]
    public async Task Trust_policy_prints_what_the_library_would_ask_for()
    {
        var run = await ToolRun.StartAsync(
            new Dictionary<string, string>(),
            "trust-policy", "--role", Role, "--issuer", "https://oidc.example/id/A", "--namespace", "shop", "--service-account", "orders");

        Assert.Equal((0, TrustPolicy.For("oidc.example/id/A", "shop", "orders", Role).ToJson()), (run.ExitCode, run.Output.Trim()));
    }

    [Theory]
    [InlineData("default", 0)]
    [InlineData("shop", 2)]
    public async Task Trust_policy_compares_the_roles_own_with_the_token(string space, int exitCode)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("irsa-tool-").FullName, "role.json");
        await File.WriteAllTextAsync(file, TrustPolicy.For(_aws.Issuer.Url.OriginalString, space, "app", _aws.RoleArn).ToJson(), Cancel);

        var run = await RunAsync("trust-policy", "--compare", file);

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(exitCode == 2, run.Output.StartsWith("fail line", StringComparison.Ordinal));
        Assert.Empty(_aws.Sts.Calls);
    }

    [Fact]
    public async Task Trust_policy_says_what_it_cannot_evaluate_and_accepts_only_under_that_condition()
    {
        var policy = TrustPolicy.For(_aws.Issuer.Url.OriginalString, "default", "app", _aws.RoleArn).ToJson();
        var deny = """{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringNotEquals":{"aws:SourceVpc\u001b":"vpc-1"}}},""";

        var run = await ToolRun.WithInputAsync(_variables, policy.Insert(policy.IndexOf('[', StringComparison.Ordinal) + 1, deny), "trust-policy", "--compare", "-");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("warn line 3, Statement[0]: This Deny statement may apply to the token", run.Output, StringComparison.Ordinal);
        Assert.Contains("could not be evaluated hold.", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Theory]
    [InlineData("20")]
    [InlineData("80")]
    [InlineData("120")]
    public async Task The_statement_that_doctor_shows_can_be_copied_whatever_the_width(string columns)
    {
        const string Issuer = "oidc.eks.ap-northeast-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E";
        _aws.Tokens.Write(Token(Issuer, "system:serviceaccount:shop:orders"));
        _variables["COLUMNS"] = columns;

        var run = await RunAsync("doctor", "--no-exchange", "--role", Role);

        var begin = run.Output.IndexOf("\n{", StringComparison.Ordinal);
        Assert.Empty(TrustPolicy.For(Issuer, "shop", "orders", Role).Compare(run.Output[begin..(run.Output.IndexOf("}\n", begin, StringComparison.Ordinal) + 1)]));
        Assert.DoesNotContain('…', run.Output);
        Assert.All(run.Output[..begin].Split('\n').Where(static line => !Regex.IsMatch(line, "^(pass|warn|fail|skipped) ")), line => Assert.True(line.Length <= int.Parse(columns, CultureInfo.InvariantCulture) || !line.Trim().Contains(' ', StringComparison.Ordinal), line));
        Assert.Contains(" 9 metadata", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_cannot_write_to_the_terminal()
    {
        var token = Token("oidc.example", "alice\u001b[31m\a\n\u202eroot");
        _aws.Tokens.Write(token);

        foreach (var run in (ToolRun[])[await RunAsync("token"), await ToolRun.WithInputAsync(_variables, token, "token", "-"), await RunAsync("doctor", "--no-exchange"), await RunAsync("trust-policy")])
        {
            Assert.Contains("alice\\u001b[31m\\u0007\\", run.Output, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(run.Output, static c => c is '\u001b' or '\a' or '\u202e');
        }
    }

    [Fact]
    public async Task Token_says_where_it_looked_and_what_the_input_holds()
    {
        Assert.Contains($"the directory \"{Environment.CurrentDirectory}\" exists, but has no such file", (await RunAsync("token", "missing-token")).Errors, StringComparison.Ordinal);

        var run = await ToolRun.WithInputAsync(_variables, "no token", "token", "-");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("standard input\" does not hold a JSON web token", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_ends_with_the_ids_and_breaks_no_word()
    {
        _aws.Sts.RemoveRole(_aws.RoleArn);

        var run = await RunAsync("doctor");

        Assert.Equal("fail: IRSA301. Begin with check 7.", run.Output.TrimEnd().Split('\n')[^1]);
        Assert.Contains(_aws.RoleArn, run.Output, StringComparison.Ordinal);
        Assert.Contains("role.json", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exchange_promises_no_next_attempt()
    {
        _aws.Sts.RemoveRole(_aws.RoleArn);

        Assert.DoesNotContain("tries again at", (await RunAsync("exchange")).Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_examines_a_second_role()
    {
        const string Second = "arn:aws:iam::999922223333:role/second";
        _aws.Sts.AddRole(Second, $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{_aws.RoleArn}}"},"Action":"sts:AssumeRole"}]}""");

        var run = await RunAsync("doctor", "--assume-role", Second);

        Assert.True(run.ExitCode == 0, run.Printed);
        Assert.Contains("arn:aws:sts::999922223333:assumed-role/second/app-0", run.Output, StringComparison.Ordinal);
        Assert.Equal(64, (await RunAsync("doctor", "--external-id", "x1")).ExitCode);
    }

    [Theory]
    [InlineData("true", "name: \"true\"")]
    [InlineData("null", "name: \"null\"")]
    [InlineData("123", "name: \"123\"")]
    [InlineData("1e3", "name: \"1e3\"")]
    [InlineData("orders", "name: orders")]
    public async Task A_name_that_YAML_reads_as_another_type_is_quoted(string name, string line)
    {
        var run = await RunAsync("manifest", "--role", Role, "--service-account", name, "--namespace", name);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"\n  {line}\n", run.Output, StringComparison.Ordinal);
        Assert.Contains($"\n  namespace: {line["name: ".Length..]}\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_with_half_a_character_is_left_out()
    {
        var run = await ToolRun.WithInputAsync(_variables, TokenOf("""{"iss":"https://oidc.example","sub":"\ud800","aud":["a","\udc00"],"\ud800":1}"""), "token", "-");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("https://oidc.example", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doctor", "--jsn")]
    [InlineData("doctor", "--sts-endpoint", "http://")]
    [InlineData("exchange", "--sts-endpoint", "http://[::1")]
    [InlineData("token")]
    [InlineData("trust-policy")]
    [InlineData("trust-policy", "--role", Role)]
    [InlineData("trust-policy", "--role", Role, "--namespace", "shop", "--service-account", "orders")]
    [InlineData("trust-policy", "--role", Role, "--issuer", "https://", "--namespace", "shop", "--service-account", "orders")]
    [InlineData("trust-policy", "--role", Role, "--issuer", "oidc.example", "--namespace", " ", "--service-account", "orders")]
    [InlineData("trust-policy", "--role", "nonsense", "--issuer", "oidc.example", "--namespace", "shop", "--service-account", "orders")]
    [InlineData("trust-policy", "--role", Role, "--issuer", "oidc.example", "--namespace", "shop", "--service-account", "orders", "--compare", "")]
    [InlineData("trust-policy", "--role", Role, "--issuer", "oidc.example", "--namespace", "shop", "--service-account", "orders", "--compare", "missing-file")]
    [InlineData("manifest", "--role", Role, "--service-account", "x\nkind: Pod")]
    public async Task A_command_line_that_cannot_be_used_ends_with_64_and_says_why(params string[] arguments)
    {
        var run = await ToolRun.StartAsync(new Dictionary<string, string> { ["AWS_ROLE_ARN"] = " ", ["AWS_WEB_IDENTITY_TOKEN_FILE"] = " " }, arguments);

        Assert.Equal(64, run.ExitCode);
        Assert.NotEmpty(run.Errors);
        Assert.DoesNotContain("   at ", run.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_ends_with_74()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has /dev/full.");

        var run = await ToolRun.OntoFullDiskAsync("explain");

        Assert.Equal((74, string.Empty), (run.ExitCode, run.Output));
        Assert.Single(run.Errors.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("yaml", "\"serviceAccountName\":\"orders\"", "\"fsGroup\":65534")]
    [InlineData("eksctl", "eksctl create iamserviceaccount --cluster CLUSTER --namespace shop --name orders", "\"fsGroup\":65534")]
    [InlineData("terraform", "system:serviceaccount:shop:orders", "fs_group = \"65534\"")]
    public async Task Manifest_gives_a_deployment_its_identity(string format, string account, string group)
    {
        var run = await RunAsync("manifest", "--role", Role, "--namespace", "shop", "--service-account", "orders", "--format", format);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(account, run.Output, StringComparison.Ordinal);
        Assert.Contains(group, run.Output, StringComparison.Ordinal);

        // Terraform writes the trust policy; the others take a role that must have one.
        Assert.Equal(format != "terraform", run.Output.Contains($"irsa trust-policy --role {Role} --namespace shop --service-account orders", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_yaml_of_a_manifest_is_one_object_that_kubectl_applies_and_one_patch_that_it_takes()
    {
        var output = (await RunAsync("manifest", "--role", Role, "--namespace", "shop", "--service-account", "orders", "--deployment", "web")).Output;

        var yaml = output.Split('\n').Where(static line => line.Length > 0 && line[0] != '#').ToList();
        Assert.Equal("apiVersion: v1|kind: ServiceAccount|metadata:|  name: orders|  namespace: shop|  annotations:|    eks.amazonaws.com/role-arn: " + Role, string.Join('|', yaml));
        const string Patch = "# kubectl patch deployment web --namespace shop --patch '";
        using var patch = JsonDocument.Parse(Assert.Single(output.Split('\n'), static line => line.StartsWith(Patch, StringComparison.Ordinal))[Patch.Length..].TrimEnd('\''));
        Assert.Equal("orders", patch.RootElement.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("serviceAccountName").GetString());
    }

    private static string Token(string issuer, string subject)
    {
        var exp = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        return $"{Encoded("""{"alg":"RS256","kid":"key"}""")}.{Encoded(JsonSerializer.Serialize(new { iss = $"https://{issuer}", sub = subject, aud = "sts.amazonaws.com", exp }))}.{Encoded("signature")}";
    }

    private static string TokenOf(string payload) => $"{Encoded("""{"alg":"RS256","kid":"key"}""")}.{Encoded(payload)}.{Encoded("signature")}";

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private Task<ToolRun> RunAsync(params string[] arguments) => ToolRun.StartAsync(_variables, arguments);
}

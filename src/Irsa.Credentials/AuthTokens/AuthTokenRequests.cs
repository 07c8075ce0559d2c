using System.Globalization;
using System.Text;
using Amazon;

namespace Irsa.Credentials.AuthTokens;

/// <summary>The formats of the services' tokens. Pure: everything comes in.</summary>
internal static class AuthTokenRequests
{
    /// <summary>The longest that RDS, ElastiCache, MemoryDB and MSK accept; DSQL's default.</summary>
    private static readonly TimeSpan QuarterOfAnHour = TimeSpan.FromMinutes(15);

    /// <summary>EKS accepts a token for 15 minutes; the AWS CLI states one less, so that nobody presents it at the last moment.</summary>
    private static readonly TimeSpan EksLifetime = TimeSpan.FromMinutes(14);

    /// <summary>Every tool for EKS signs for a minute; the API server takes the 15 minutes from the date.</summary>
    private static readonly TimeSpan EksAddressLifetime = TimeSpan.FromMinutes(1);

    /// <summary>MSK shows the name in its logs. The signature does not cover it.</summary>
    private const string MskUserAgent = "irsa-credentials-dotnet";

    /// <summary>https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html</summary>
    public static AuthTokenRequest Rds(string host, int port, string user, string? region)
    {
        AuthTokenArguments.ValidateHost(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        AuthTokenArguments.ValidateName(user);
        var server = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        return new AuthTokenRequest
        {
            Service = "rds-db",
            Region = AuthTokenArguments.RegionOf(host, "rds") ?? AuthTokenArguments.Required(region),
            Address = new Uri($"https://{server}/?Action=connect&DBUser={Uri.EscapeDataString(user)}"),
            Lifetime = QuarterOfAnHour,
            Format = signed => $"{server}/{signed.Query}",
        };
    }

    /// <summary>https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html</summary>
    public static AuthTokenRequest Dsql(string host, string user, string? region)
    {
        AuthTokenArguments.ValidateHost(host);
        AuthTokenArguments.ValidateName(user);
        return new AuthTokenRequest
        {
            Service = "dsql",
            Region = AuthTokenArguments.RegionOf(host, "dsql") ?? AuthTokenArguments.Required(region),
            Address = new Uri($"https://{host}/?Action={(user == "admin" ? "DbConnectAdmin" : "DbConnect")}"),
            Lifetime = QuarterOfAnHour,
            Format = WithoutScheme,
        };
    }

    /// <summary>https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html</summary>
    public static AuthTokenRequest ElastiCache(string cacheName, string user, bool isServerless, string? region) =>
        Cache("elasticache", cacheName, user, isServerless ? "&ResourceType=ServerlessCache" : null, region);

    /// <summary>https://docs.aws.amazon.com/memorydb/latest/devguide/auth-iam.html</summary>
    public static AuthTokenRequest MemoryDb(string clusterName, string user, string? region) => Cache("memorydb", clusterName, user, parameter: null, region);

    /// <summary>https://github.com/aws/aws-msk-iam-auth: the host is the same in every partition.</summary>
    public static AuthTokenRequest Msk(string? region)
    {
        region = AuthTokenArguments.Required(region);
        return new AuthTokenRequest
        {
            Service = "kafka-cluster",
            Region = region,
            Address = new Uri($"https://kafka.{region}.amazonaws.com/?Action=kafka-cluster%3AConnect"),
            Lifetime = QuarterOfAnHour,
            Format = static signed => Encode($"{signed.AbsoluteUri}&User-Agent={MskUserAgent}"),
        };
    }

    /// <summary>https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster</summary>
    public static AuthTokenRequest Eks(string clusterName, string? region)
    {
        AuthTokenArguments.ValidateName(clusterName);
        region = AuthTokenArguments.Required(region);
        return new AuthTokenRequest
        {
            Service = "sts",
            Region = region,
            Address = new Uri($"https://sts.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}/?Action=GetCallerIdentity&Version=2011-06-15"),
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["x-k8s-aws-id"] = clusterName },
            Lifetime = EksLifetime,
            AddressLifetime = EksAddressLifetime,
            Format = static signed => "k8s-aws-v1." + Encode(signed.AbsoluteUri),
        };
    }

    private static AuthTokenRequest Cache(string service, string name, string user, string? parameter, string? region)
    {
        AuthTokenArguments.ValidateCacheName(name);
        AuthTokenArguments.ValidateName(user);
        return new AuthTokenRequest
        {
            Service = service,
            Region = AuthTokenArguments.Required(region),
            Address = new Uri($"https://{name.ToLowerInvariant()}/?Action=connect&User={Uri.EscapeDataString(user)}{parameter}"),
            Lifetime = QuarterOfAnHour,
            Format = WithoutScheme,
        };
    }

    private static string WithoutScheme(Uri signed) => signed.AbsoluteUri["https://".Length..];

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}

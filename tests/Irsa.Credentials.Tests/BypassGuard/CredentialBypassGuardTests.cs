using Amazon.Runtime;
using Amazon.S3;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.Failures;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.Tests.BypassGuard;

public sealed class CredentialBypassGuardTests : IDisposable
{
    private readonly BasicAWSCredentials _credentials = new("AKIAOTHER", "secret");
    private readonly CountingPolicy _policy = new();

    public CredentialBypassGuardTests() => CredentialBypassGuard.Watch(_policy);

    public void Dispose() => _policy.IsSettled = true;

    [Fact]
    public void A_client_and_its_credentials_are_evaluated_once()
    {
        CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials);
        CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials);
        Assert.Equal(1, _policy.Evaluations);

        CredentialBypassGuard.Require(typeof(AmazonServiceClient), _credentials);
        CredentialBypassGuard.Require(typeof(AmazonS3Client), new BasicAWSCredentials("AKIAOTHER", "secret"));
        Assert.Equal(3, _policy.Evaluations);
    }

    [Fact]
    public void They_are_evaluated_again_where_the_container_has_changed()
    {
        CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials);
        _policy.Version++;
        _policy.Failure = RegistrationFailures.CredentialsBypassed(["AddSingleton<IAmazonS3> was added"]);

        Assert.Throws<IrsaException>(() => CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials));
    }

    [Fact]
    public void They_are_evaluated_again_where_there_is_another_container()
    {
        CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials);
        var other = new CountingPolicy();
        CredentialBypassGuard.Watch(other);

        CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials);

        Assert.Equal(1, other.Evaluations);
        other.IsSettled = true;
    }

    [Fact]
    public void A_container_whose_clients_have_all_been_seen_is_not_evaluated_until_it_changes()
    {
        _policy.IsSettled = true;
        CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials);
        Assert.Equal(0, _policy.Evaluations);

        _policy.IsSettled = false;
        CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials);
        Assert.Equal(1, _policy.Evaluations);
    }

    [Fact]
    public void A_refusal_is_not_forgotten()
    {
        _policy.Failure = RegistrationFailures.CredentialsBypassed(["AddSingleton<IAmazonS3> has none"]);

        Assert.Throws<IrsaException>(() => CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials));
        Assert.Throws<IrsaException>(() => CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(3_000)]
    public void A_request_allocates_nothing_however_many_clients_are_registered(int registrations)
    {
        var services = new ServiceCollection();
        services.AddIrsaAws();
        for (var i = 0; i < registrations; i++)
        {
            services.AddKeyedSingleton<IAmazonS3>($"client {i}", static (_, _) => throw new NotSupportedException());
        }

        for (var i = 0; i < 100; i++)
        {
            CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            CredentialBypassGuard.Require(typeof(AmazonS3Client), _credentials);
        }

        // Other tests may register a container meanwhile, which costs one evaluation.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, _policy.Evaluations == 1 ? 0 : long.MaxValue);
        ClientVerifier.Of(services).EndWatch();
    }

    private sealed class CountingPolicy : ICredentialBypassPolicy
    {
        public int Evaluations { get; private set; }

        public int Version { get; set; }

        public bool IsSettled { get; set; }

        public Failure? Failure { get; set; }

        public Failure? Evaluate(Type client, AWSCredentials credentials)
        {
            Evaluations++;
            return Failure;
        }
    }
}

using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Diagnosis;

/// <summary>The checks in their order, and the result of a check that throws.</summary>
internal static class DoctorChecks
{
    public static readonly IReadOnlyList<(string Name, Func<DoctorContext, CancellationToken, Task<CheckResultBuilder>> RunAsync)> InOrder =
    [
        ("variables", static (context, _) => Task.FromResult(VariablesCheck.Run(context))),
        ("role", static (context, _) => Task.FromResult(RoleCheck.Run(context))),
        ("token file", TokenFileCheck.RunAsync),
        ("token", static (context, _) => Task.FromResult(TokenCheck.Run(context))),
        ("trust policy", static (context, _) => Task.FromResult(TrustPolicyCheck.Run(context))),
        ("network", NetworkCheck.RunAsync),
        ("exchange", ExchangeCheck.RunAsync),
        ("identity", IdentityCheck.RunAsync),
        ("metadata service", MetadataServiceCheck.RunAsync),
        ("service call", ServiceCallCheck.RunAsync),
    ];

    public static async Task<CheckResultBuilder> RunAsync(
        Func<DoctorContext, CancellationToken, Task<CheckResultBuilder>> check,
        DoctorContext context,
        CancellationToken cancellationToken)
    {
        try
        {
            return await check(context, cancellationToken).ConfigureAwait(false);
        }
        catch (IrsaException known)
        {
            return new CheckResultBuilder().Fail(known.Failure);
        }
        catch (Exception unexpected) when (!cancellationToken.IsCancellationRequested)
        {
            return new CheckResultBuilder().Fail(UnexpectedFailure.From(unexpected, context.Secrets, context.Settings?.ConfigureSts));
        }
    }
}

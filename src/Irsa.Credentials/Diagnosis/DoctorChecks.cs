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

    private static readonly IReadOnlyList<(string Name, Func<DoctorContext, CancellationToken, Task<CheckResultBuilder>> RunAsync)> OfContainer =
    [
        ("variables", static (context, _) => Task.FromResult(VariablesCheck.Run(context))),
        ("role", static (context, _) => Task.FromResult(ContainerChecks.Role(context))),
        ("token file", ContainerChecks.TokenFileAsync),
        ("token", static (context, _) => Task.FromResult(ContainerChecks.Token(context))),
        ("trust policy", static (_, _) => Task.FromResult(ContainerChecks.TrustPolicy())),
        ("network", static (context, _) => Task.FromResult(ContainerChecks.Network(context))),
        ("exchange", ContainerChecks.ExchangeAsync),
        ("identity", IdentityCheck.RunAsync),
        ("metadata service", MetadataServiceCheck.RunAsync),
        ("service call", ServiceCallCheck.RunAsync),
    ];

    /// <summary>The names and their order are the same for both sources.</summary>
    public static IReadOnlyList<(string Name, Func<DoctorContext, CancellationToken, Task<CheckResultBuilder>> RunAsync)> For(DoctorContext context) =>
        context.UsesContainer ? OfContainer : InOrder;

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

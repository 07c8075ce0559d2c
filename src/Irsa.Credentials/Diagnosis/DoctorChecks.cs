namespace Irsa.Credentials.Diagnosis;

/// <summary>The examination's order, and what becomes of a check that breaks down.</summary>
internal static class DoctorChecks
{
    public static readonly IReadOnlyList<(string Name, Func<DoctorContext, CancellationToken, Task<CheckResultBuilder>> Check)> InOrder =
    [
        ("variables", static (examination, _) => Task.FromResult(VariablesCheck.Make(examination))),
        ("role", static (examination, _) => Task.FromResult(RoleCheck.Make(examination))),
        ("token file", TokenFileCheck.MakeAsync),
        ("token", static (examination, _) => Task.FromResult(TokenCheck.Make(examination))),
        ("trust policy", static (examination, _) => Task.FromResult(TrustPolicyCheck.Make(examination))),
        ("network", NetworkCheck.MakeAsync),
        ("exchange", ExchangeCheck.MakeAsync),
        ("identity", IdentityCheck.MakeAsync),
        ("metadata service", MetadataServiceCheck.MakeAsync),
        ("service call", ServiceCallCheck.MakeAsync),
    ];

    public static async Task<CheckResultBuilder> MakeAsync(
        Func<DoctorContext, CancellationToken, Task<CheckResultBuilder>> check,
        DoctorContext examination,
        CancellationToken cancellationToken)
    {
        try
        {
            return await check(examination, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken) when (!cancellationToken.IsCancellationRequested)
        {
            return broken is IrsaException known
                ? new CheckResultBuilder().Fail(known.Failure)
                : new CheckResultBuilder().Fail(
                    $"The check ended with an unexpected {broken.GetType().Name}.",
                    "Where the application sets IrsaOptions.ConfigureSts or a call of its own, look there; else report it.");
        }
    }
}

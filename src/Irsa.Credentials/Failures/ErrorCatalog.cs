namespace Irsa.Credentials.Failures;

/// <summary>
/// Every error id with its title, cause and remedy. The classes of this folder whose names end in <c>Failures</c> each hold one block of ids: the
/// explanation of an id stands there next to the methods that make its failures, and a failure's remedy is the explanation's with the known
/// values filled in. So exceptions, logs, the doctor, <c>irsa explain</c> and docs/errors.md say the same.
/// </summary>
internal static class ErrorCatalog
{
    public static IReadOnlyList<IrsaErrorExplanation> All { get; } = Array.AsReadOnly<IrsaErrorExplanation>(
    [
        .. ConfigurationFailures.Explanations,
        .. SdkConfigurationFailures.Explanations,
        .. TokenFileFailures.Explanations,
        .. StsFailures.Explanations,
        .. NetworkFailures.Explanations,
        UnexpectedFailure.Explanation,
        .. RegistrationFailures.Explanations,
        .. ContainerFailures.Explanations,
        .. DeveloperFailures.Explanations,
    ]);

    public static IrsaErrorExplanation? Find(IrsaErrorCode code) => All.FirstOrDefault(explanation => explanation.Code == code);
}

namespace Irsa.Credentials.Failures;

/// <summary>What is wrong in an application's registrations.</summary>
internal static class WiringFailures
{
    /// <param name="faults">One clause each, naming the registration.</param>
    public static Failure CredentialsBypassed(IReadOnlyList<string> faults) => new(
        IrsaErrorCode.CredentialsBypassed,
        IsPermanent: true,
        $"AWS clients of this container would sign with the SDK's default chain and not with the credentials of AddIrsaAws: {string.Join("; ", faults)}.",
        "Change the registrations as named; a client that is meant to differ is accepted with AddIrsaAws().AllowOtherCredentials<TService>().");
}

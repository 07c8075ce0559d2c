namespace Irsa.Credentials.DependencyInjection;

/// <summary>Says that the whole process is to have one of the container's identities.</summary>
/// <param name="Name">Its name; empty for the default one.</param>
internal sealed record ProcessWideRegistration(string Name);

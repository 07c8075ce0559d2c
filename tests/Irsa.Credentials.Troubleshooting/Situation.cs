namespace Irsa.Credentials.Troubleshooting;

/// <summary>Something broken.</summary>
/// <param name="Title">The pain, as users report it.</param>
/// <param name="Story">What is broken here.</param>
/// <param name="PlayAsync">Breaks it, and looks.</param>
internal sealed record Situation(string Title, string Story, Func<Stage, Task> PlayAsync);

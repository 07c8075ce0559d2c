namespace Irsa.Credentials.IntegrationTests;

/// <summary>A thousand callers at once hold every thread that there is. A test beside them could wait for one until its own time limits are over.</summary>
[CollectionDefinition(nameof(Crowd), DisableParallelization = true)]
public sealed class Crowd;

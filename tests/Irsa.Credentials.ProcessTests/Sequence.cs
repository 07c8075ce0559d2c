namespace Irsa.Credentials.ProcessTests;

/// <summary>What is set for the whole process is set for every test in it, so they come one after the other.</summary>
[CollectionDefinition(nameof(Sequence))]
public sealed class Sequence;

namespace Irsa.Credentials.Benchmarks.Measuring;

/// <summary>How an application is published.</summary>
internal enum MeasuredForm
{
    /// <summary>Compiled just in time.</summary>
    Jit,

    /// <summary>With code that was compiled ahead and is replaced when it is hot.</summary>
    ReadyToRun,

    /// <summary>One native file.</summary>
    Native,
}

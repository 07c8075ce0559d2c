namespace Irsa.Credentials.Benchmarks.BadDays;

/// <summary>Whose bad day it is.</summary>
internal enum MeasuredProvider
{
    /// <summary>The SDK's provider of web identity.</summary>
    StockWebIdentity,

    /// <summary>This library with the token file, as in a pod.</summary>
    TokenFile,

    /// <summary>This library with a token from the application's own code.</summary>
    TokenSource,

    /// <summary>The SDK's provider of EKS Pod Identity.</summary>
    StockPodIdentity,

    /// <summary>This library with EKS Pod Identity.</summary>
    PodIdentity,
}

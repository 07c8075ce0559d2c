namespace Irsa.Credentials.Benchmarks.Service;

/// <summary>A request of a client of a service.</summary>
internal enum ServedRequest
{
    Get,
    Put,
    PutWithoutLength,
}

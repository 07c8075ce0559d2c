namespace S3Microservice.Identity;

/// <summary>What the STS of LocalAws does at the moment.</summary>
internal sealed class StsSimulation
{
    /// <summary>Gets or sets its name; null where the service runs without LocalAws.</summary>
    public string? Behavior { get; set; }
}

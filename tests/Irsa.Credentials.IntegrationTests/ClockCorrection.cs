using System.Runtime.CompilerServices;
using Amazon;

namespace Irsa.Credentials.IntegrationTests;

/// <summary>Turns off the SDK's correction of the clock for all tests.</summary>
internal static class ClockCorrection
{
    // The SDK keeps one clock for each endpoint of a process, and a port is reused by servers of several tests, some with clocks of their own.
    [ModuleInitializer]
    internal static void TurnOff() => AWSConfigs.CorrectForClockSkew = false;
}

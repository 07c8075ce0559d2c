using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Diagnosis;

/// <summary>The role's ARN and its partition against the region's.</summary>
internal static class RoleCheck
{
    public static bool Judges(Failure fault) => fault.Code is IrsaErrorCode.RoleArnInvalid or IrsaErrorCode.RegionInvalid;

    public static CheckResultBuilder Make(DoctorContext examination)
    {
        if (examination.RoleArn is not { } role)
        {
            return CheckResultBuilder.Skipped("There is no role to look at.");
        }

        var faults = examination.Faults.Where(Judges).ToList();
        if (faults.Count > 0)
        {
            return faults.Aggregate(new CheckResultBuilder(), static (finding, fault) => finding.Fail(fault));
        }

        var finding = new CheckResultBuilder().Saw(examination.Settings?.AssumeRole is { } second ? $"{role}, then {second.RoleArn}." : $"{role}.");
        return examination.Region switch
        {
            null => finding,
            var region when Partition.Of(region) is { } partition => finding.Saw($"The region {region} lies in partition {partition}."),
            var region => finding.Saw($"The region {region} is of a family that this version does not know."),
        };
    }
}

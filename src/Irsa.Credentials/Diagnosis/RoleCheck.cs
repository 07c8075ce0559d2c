using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using static Irsa.Credentials.Failures.SecretRedactor;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Checks the role's ARN, and its partition against the region's.</summary>
internal static class RoleCheck
{
    public static bool Covers(Failure fault) => fault.Code is IrsaErrorCode.RoleArnInvalid or IrsaErrorCode.RegionInvalid;

    public static CheckResultBuilder Run(DoctorContext context)
    {
        if (context.RoleArn is not { } role)
        {
            return CheckResultBuilder.Skipped("No role is configured.");
        }

        var faults = context.Faults.Where(Covers).ToList();
        if (faults.Count > 0)
        {
            return faults.Aggregate(new CheckResultBuilder(), static (result, fault) => result.Fail(fault));
        }

        var result = new CheckResultBuilder().Observe(context.Settings?.AssumeRole is { } second ? $"{Quote(role)}, then {Quote(second.RoleArn)}." : $"{Quote(role)}.");
        return context.Region switch
        {
            null => result,
            var region when Partition.Of(region) is { } partition => result.Observe($"The region {Quote(region)} belongs to the partition {partition}."),
            var region => result.Observe($"This version does not know the partition of the region {Quote(region)}."),
        };
    }
}

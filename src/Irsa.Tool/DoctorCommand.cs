using System.CommandLine;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary><c>irsa doctor</c>: runs the checks. Exit code 0 if everything is right, 1 for warnings, 2 for failures.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var identity = new IdentityOptions();
        var json = new Option<bool>("--json") { Description = "Prints the report as JSON (docs/doctor.md describes it)." };
        var noExchange = new Option<bool>("--no-exchange") { Description = "Does not call STS." };
        var bucket = new Option<string?>("--s3") { Description = "Also lists one key of this bucket, to show whether the role has the permission.", HelpName = "BUCKET" };
        bucket.Validators.Add(BucketCall.Validate);
        var command = new Command("doctor", "Checks everything that the pod's identity needs, in order. Exit code: 0 everything is right, 1 warnings, 2 failures.");
        identity.AddTo(command);
        command.Options.Add(json);
        command.Options.Add(noExchange);
        command.Options.Add(bucket);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = identity.Read(parsed);
            var report = await new IrsaDoctor(options)
            {
                RunExchange = !parsed.GetValue(noExchange),
                Call = parsed.GetValue(bucket) is { } name ? BucketCall.Create(name, options.Region) : null,
            }.ExamineAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(report.ToJson());
            }
            else
            {
                DoctorTable.Write(report);
            }

            return report.ExitCode;
        });
        return command;
    }
}

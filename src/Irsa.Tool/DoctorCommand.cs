using System.CommandLine;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary><c>irsa doctor</c>: the ten checks. Exit code 0 all is well, 1 there are warnings, 2 something failed.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var identity = new IdentityOptions();
        var json = new Option<bool>("--json") { Description = "Prints the report as JSON." };
        var noExchange = new Option<bool>("--no-exchange") { Description = "Does not call STS." };
        var bucket = new Option<string?>("--s3") { Description = "A bucket to list one key of, to tell \"who am I\" from \"may I\".", HelpName = "BUCKET" };
        bucket.Validators.Add(BucketCall.Judge);
        var command = new Command("doctor", "Checks what the pod's identity needs, in order. Exit code: 0 all is well, 1 warnings, 2 failures.");
        identity.AddTo(command);
        command.Options.Add(json);
        command.Options.Add(noExchange);
        command.Options.Add(bucket);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = identity.Read(parsed);
            var report = await new IrsaDoctor(options)
            {
                Exchange = !parsed.GetValue(noExchange),
                Call = parsed.GetValue(bucket) is { } name ? BucketCall.Create(name, options.Region) : null,
            }.ExamineAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(report.ToJson());
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

using System.Diagnostics;

namespace Irsa.Credentials.Tests.Diagnosis;

public sealed class TokenFileCheckTests : IDisposable
{
    private readonly DoctorFixture _patient = new();

    public void Dispose() => _patient.Dispose();

    [Fact]
    public async Task A_readable_file_passes_and_on_Linux_shows_mode_owner_and_who_reads_it()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_patient.TokenFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }

        var check = await _patient.ExamineAsync(3);

        Assert.Equal(("token file", DoctorVerdict.Pass), (check.Name, check.Verdict));
        if (OperatingSystem.IsLinux())
        {
            Assert.Matches(@"Mode 0640, owner \d+, group \d+; this process has user \d+, group \d+, further groups (none|[\d ]+)\.", check.Seen);
        }
    }

    [Fact]
    public async Task A_file_that_everyone_may_write_is_warned_of()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Modes are read on Linux only.");
        Debug.Assert(OperatingSystem.IsLinux(), "It was looked at above, but the analyzer does not know that.");
        File.SetUnixFileMode(_patient.TokenFile, UnixFileMode.UserRead | UnixFileMode.OtherWrite);

        Assert.Equal((DoctorVerdict.Warn, "IRSA208"), await VerdictAsync());
    }

    [Fact]
    public async Task A_path_that_is_not_absolute_fails()
    {
        _patient.Variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "token";

        Assert.Equal((DoctorVerdict.Fail, "IRSA105"), await VerdictAsync());
    }

    [Fact]
    public async Task A_directory_fails()
    {
        _patient.Variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = Path.GetDirectoryName(_patient.TokenFile);

        Assert.Equal((DoctorVerdict.Fail, "IRSA202"), await VerdictAsync());
    }

    [Fact]
    public async Task A_missing_file_fails_after_a_moment_for_the_kubelet()
    {
        File.Delete(_patient.TokenFile);
        var examination = VerdictAsync();
        while (!examination.IsCompleted)
        {
            // One timer is the check's limit, which comes too early while the file system is at work.
            if (_patient.Time.ActiveTimers > 1)
            {
                _patient.Time.Advance(TimeSpan.FromMilliseconds(100));
            }

            await Task.Yield();
        }

        Assert.Equal((DoctorVerdict.Fail, "IRSA201"), await examination);
    }

    [Fact]
    public async Task No_path_is_nothing_to_look_at()
    {
        _patient.Variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = null;

        Assert.Equal((DoctorVerdict.Skipped, null), await VerdictAsync());
    }

    [Theory]
    [InlineData(false, DoctorVerdict.Warn)]
    [InlineData(true, DoctorVerdict.Pass)]
    public async Task In_a_cluster_the_file_must_follow_the_kubelets_swap(bool isProjected, DoctorVerdict verdict)
    {
        _patient.Variables["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
        if (isProjected)
        {
            var folder = Path.GetDirectoryName(_patient.TokenFile)!;
            Directory.CreateDirectory(Path.Combine(folder, "..data"));
            File.Move(_patient.TokenFile, Path.Combine(folder, "..data", "token"));
            File.CreateSymbolicLink(_patient.TokenFile, Path.Combine("..data", "token"));
        }

        Assert.Equal((verdict, null), await VerdictAsync());
    }

    [Fact]
    public async Task A_token_in_a_folder_of_the_projected_volume_follows_it_too()
    {
        _patient.Variables["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
        var folder = Path.GetDirectoryName(_patient.TokenFile)!;
        Directory.CreateDirectory(Path.Combine(folder, "..data", "aws"));
        File.Move(_patient.TokenFile, Path.Combine(folder, "..data", "aws", "token"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "aws"), Path.Combine("..data", "aws"));
        _patient.Variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = Path.Combine(folder, "aws", "token");

        Assert.Equal((DoctorVerdict.Pass, null), await VerdictAsync());
    }

    private async Task<(DoctorVerdict Verdict, string? Id)> VerdictAsync()
    {
        var check = await _patient.ExamineAsync(3);
        return (check.Verdict, check.ErrorId);
    }
}

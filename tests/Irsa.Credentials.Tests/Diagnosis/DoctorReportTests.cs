using System.Text.Json;

namespace Irsa.Credentials.Tests.Diagnosis;

public sealed class DoctorReportTests
{
    [Theory]
    [InlineData(new[] { DoctorVerdict.Pass, DoctorVerdict.Skipped }, DoctorVerdict.Pass, 0)]
    [InlineData(new[] { DoctorVerdict.Pass, DoctorVerdict.Warn, DoctorVerdict.Skipped }, DoctorVerdict.Warn, 1)]
    [InlineData(new[] { DoctorVerdict.Fail, DoctorVerdict.Warn }, DoctorVerdict.Fail, 2)]
    [InlineData(new[] { DoctorVerdict.Skipped }, DoctorVerdict.Pass, 0)]
    public void The_worst_check_decides(DoctorVerdict[] verdicts, DoctorVerdict worst, int exitCode)
    {
        var report = new DoctorReport(verdicts.Select(static verdict => Check(verdict)));

        Assert.Equal((worst, exitCode), (report.Verdict, report.ExitCode));
    }

    [Fact]
    public void The_JSON_keeps_its_names()
    {
        var report = new DoctorReport([Check(DoctorVerdict.Fail) with { Remedy = "do", ErrorId = "IRSA301", ErrorIds = ["IRSA301", "IRSA302"], Details = "{}" }, Check(DoctorVerdict.Skipped)], "arn:aws:iam::111122223333:role/app", "eu-central-1");

        using var json = JsonDocument.Parse(report.ToJson());

        Assert.Equal(
            """{"schemaVersion":1,"role":"arn:aws:iam::111122223333:role/app","region":"eu-central-1","verdict":"fail","exitCode":2,"checks":[{"number":1,"name":"role","verdict":"fail","seen":"x","remedy":"do","errorId":"IRSA301","errorIds":["IRSA301","IRSA302"],"details":"{}"},{"number":1,"name":"role","verdict":"skipped","seen":"x","errorIds":[]}]}""",
            JsonSerializer.Serialize(json));
    }

    private static DoctorCheck Check(DoctorVerdict verdict) => new() { Number = 1, Name = "role", Verdict = verdict, Seen = "x" };
}

using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Gathers what a check sees. The worst of it is the verdict, and gives the id.</summary>
internal sealed class CheckResultBuilder
{
    private readonly List<string> _seen = [];
    private readonly List<string> _remedies = [];
    private string? _errorId;
    private string? _details;

    public DoctorVerdict Verdict { get; private set; }

    public static CheckResultBuilder Skipped(string why) => new CheckResultBuilder { Verdict = DoctorVerdict.Skipped }.Saw(why);

    public CheckResultBuilder Saw(string what)
    {
        _seen.Add(what);
        return this;
    }

    public CheckResultBuilder Warn(string what, string remedy, IrsaErrorCode code = IrsaErrorCode.None) =>
        Add(DoctorVerdict.Warn, what, remedy, code == IrsaErrorCode.None ? null : FormattableString.Invariant($"IRSA{(int)code}"));

    public CheckResultBuilder Fail(string what, string remedy) => Add(DoctorVerdict.Fail, what, remedy, null);

    /// <summary>The first failure gives the check its id; a further one shows its own.</summary>
    public CheckResultBuilder Fail(Failure failure) =>
        Add(DoctorVerdict.Fail, Verdict == DoctorVerdict.Fail ? $"{failure.Id}: {failure.Message}" : failure.Message, failure.Remedy, failure.Id);

    public CheckResultBuilder Attach(string details)
    {
        _details = details;
        return this;
    }

    public DoctorCheck ToCheck(int number, string name) => new()
    {
        Number = number,
        Name = name,
        Verdict = Verdict,
        Seen = string.Join(' ', _seen),
        Remedy = _remedies.Count == 0 ? null : string.Join(' ', _remedies.Distinct()),
        ErrorId = _errorId,
        Details = _details,
    };

    private CheckResultBuilder Add(DoctorVerdict verdict, string what, string remedy, string? errorId)
    {
        _seen.Add(what);
        _remedies.Add(remedy);
        if (verdict > Verdict)
        {
            Verdict = verdict;
            _errorId = errorId;
        }

        return this;
    }
}

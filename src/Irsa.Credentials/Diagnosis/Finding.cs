using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Gathers what a check sees. The worst of it is the verdict, and gives the id.</summary>
internal sealed class Finding
{
    private readonly List<string> _seen = [];
    private readonly List<string> _remedies = [];
    private string? _errorId;
    private string? _details;

    public DoctorVerdict Verdict { get; private set; }

    public static Finding Skipped(string why) => new Finding { Verdict = DoctorVerdict.Skipped }.Saw(why);

    public Finding Saw(string what)
    {
        _seen.Add(what);
        return this;
    }

    public Finding Warn(string what, string remedy, IrsaErrorCode code = IrsaErrorCode.None) =>
        Add(DoctorVerdict.Warn, what, remedy, code == IrsaErrorCode.None ? null : FormattableString.Invariant($"IRSA{(int)code}"));

    public Finding Fail(string what, string remedy) => Add(DoctorVerdict.Fail, what, remedy, null);

    /// <summary>The first failure gives the check its id; a further one shows its own.</summary>
    public Finding Fail(Failure failure) =>
        Add(DoctorVerdict.Fail, Verdict == DoctorVerdict.Fail ? $"{failure.Id}: {failure.Message}" : failure.Message, failure.Remedy, failure.Id);

    public Finding Attach(string details)
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

    private Finding Add(DoctorVerdict verdict, string what, string remedy, string? errorId)
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

using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Collects what a check sees. Its worst finding gives the verdict and the first id.</summary>
internal sealed class CheckResultBuilder
{
    private readonly List<string> _seen = [];
    private readonly List<string> _remedies = [];
    private readonly List<string> _errorIds = [];
    private string? _errorId;
    private string? _details;

    public DoctorVerdict Verdict { get; private set; }

    public static CheckResultBuilder Skipped(string why) => new CheckResultBuilder { Verdict = DoctorVerdict.Skipped }.Observe(why);

    public CheckResultBuilder Observe(string what)
    {
        _seen.Add(what);
        return this;
    }

    public CheckResultBuilder Warn(string what, string remedy) => Add(DoctorVerdict.Warn, what, remedy, errorId: null);

    public CheckResultBuilder Warn(Failure failure) => Add(DoctorVerdict.Warn, failure);

    public CheckResultBuilder Fail(string what, string remedy) => Add(DoctorVerdict.Fail, what, remedy, errorId: null);

    public CheckResultBuilder Fail(Failure failure) => Add(DoctorVerdict.Fail, failure);

    /// <summary>Adds a document of several lines that belongs to the check.</summary>
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
        Seen = DisplayText.Escape(string.Join(' ', _seen)),
        Remedy = _remedies.Count == 0 ? null : DisplayText.EscapeLines(string.Join(' ', _remedies.Distinct())),
        ErrorId = _errorId,
        ErrorIds = Array.AsReadOnly([.. _errorIds.OrderByDescending(id => id == _errorId)]),
        Details = _details is null ? null : DisplayText.EscapeLines(_details),
    };

    /// <summary>A check with one id shows it itself; a further finding names its own.</summary>
    private CheckResultBuilder Add(DoctorVerdict verdict, Failure failure) =>
        Add(verdict, _errorIds.Count == 0 ? failure.Message : $"{failure.Id}: {failure.Message}", failure.Remedy, failure.Id);

    private CheckResultBuilder Add(DoctorVerdict verdict, string what, string remedy, string? errorId)
    {
        _seen.Add(what);
        _remedies.Add(remedy);
        if (errorId is not null && !_errorIds.Contains(errorId))
        {
            _errorIds.Add(errorId);
        }

        if (verdict > Verdict)
        {
            Verdict = verdict;
            _errorId = errorId;
        }

        return this;
    }
}

namespace Irsa.Credentials;

/// <summary>How one check of <see cref="IrsaDoctor"/> ended, from harmless to worst.</summary>
public enum DoctorVerdict
{
    /// <summary>The check found nothing wrong.</summary>
    Pass = 0,

    /// <summary>The check did not run: it was not requested, or an earlier check left nothing to look at.</summary>
    Skipped = 1,

    /// <summary>It works, but something is likely to cause trouble.</summary>
    Warn = 2,

    /// <summary>It does not work.</summary>
    Fail = 3,
}

namespace Irsa.Credentials;

/// <summary>How one check of <see cref="IrsaDoctor"/> ended, from harmless to worst.</summary>
public enum DoctorVerdict
{
    /// <summary>All is well.</summary>
    Pass = 0,

    /// <summary>The check was not made, because it was not asked for or because an earlier one left nothing to look at.</summary>
    Skipped = 1,

    /// <summary>It works, but something about it will surprise somebody.</summary>
    Warn = 2,

    /// <summary>It does not work.</summary>
    Fail = 3,
}

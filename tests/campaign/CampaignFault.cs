namespace Irsa.Credentials.Campaign;

/// <summary>Something that goes wrong, and ends.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Begin">Begins it.</param>
/// <param name="End">Ends it.</param>
internal sealed record CampaignFault(string Name, Action<Life> Begin, Action<Life> End)
{
    public static CampaignFault None { get; } = new("none", static _ => { }, static _ => { });

    /// <summary>Gets a value indicating whether it can be there before the sample starts.</summary>
    public bool CanBeCold { get; init; } = true;

    /// <summary>Gets how long it lasts where it begins with a session, if longer than others.</summary>
    public TimeSpan SteadyFor { get; init; } = Timing.SteadyFault;
}

namespace Irsa.Credentials.Mutation;

/// <summary>One change of the sources.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Place">File and line.</param>
/// <param name="Change">What is different.</param>
/// <param name="Source">What is changed.</param>
/// <param name="IsDropped">Whether the compiler refuses it.</param>
internal sealed record Mutant(int Id, string Place, string Change, string Source, bool IsDropped)
{
    /// <summary>Gets the folder of its file.</summary>
    public string Room => Place.Split('/')[0];

    public override string ToString() => $"{Place} {Change}: {Source}";
}

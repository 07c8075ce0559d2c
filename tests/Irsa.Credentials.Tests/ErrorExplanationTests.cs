namespace Irsa.Credentials.Tests;

public sealed class ErrorExplanationTests
{
    [Fact]
    public void Every_code_is_explained_once_and_in_order() => Assert.Equal(
        Enum.GetValues<IrsaErrorCode>().Where(static code => code != IrsaErrorCode.None),
        IrsaErrorExplanation.All.Select(static row => row.Code));

    [Fact]
    public void Title_cause_and_remedy_are_sentences_that_fit_a_table() => Assert.All(IrsaErrorExplanation.All, static row =>
    {
        Assert.All([row.Title, row.Cause, row.Remedy], static text => Assert.True(text.Trim().Length == text.Length && text.Length > 8 && !text.Contains('|') && !text.Contains('\n'), text));
        Assert.False(row.Title.EndsWith('.'), row.Title);
        Assert.EndsWith(".", row.Cause, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("IRSA301")]
    [InlineData(" irsa301 ")]
    [InlineData("301")]
    public void An_id_is_found_as_a_person_types_it(string id) => Assert.Equal(IrsaErrorCode.TrustPolicyMismatch, IrsaErrorExplanation.Find(id)?.Code);

    [Theory]
    [InlineData("")]
    [InlineData("IRSA")]
    [InlineData("IRSA999")]
    [InlineData("-301")]
    [InlineData("0")]
    public void Another_id_is_not(string id)
    {
        Assert.Null(IrsaErrorExplanation.Find(id));
        Assert.Throws<ArgumentOutOfRangeException>(static () => IrsaErrorExplanation.For(IrsaErrorCode.None));
    }
}

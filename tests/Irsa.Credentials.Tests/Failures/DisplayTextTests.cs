using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tests.Failures;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("plain text, äöü, 日本", "plain text, äöü, 日本")]
    [InlineData("a\u001b[31m", "a\\u001b[31m")]
    [InlineData("a\a", "a\\u0007")]
    [InlineData("a\r\nb", "a\\u000d\\u000ab")]
    [InlineData("a\u202eb\u2066", "a\\u202eb\\u2066")]
    [InlineData("a\u2028b\u0085", "a\\u2028b\\u0085")]
    public void Nothing_that_moves_a_cursor_or_turns_a_line_is_shown(string text, string shown)
    {
        Assert.Equal(shown, DisplayText.Escape(text));
        Assert.Equal($"\"{shown}\"", DisplayText.Quote(text));
    }

    [Fact]
    public void Half_a_character_is_escaped_and_a_whole_one_is_kept()
    {
        Assert.Equal("\\ud83d.", DisplayText.Escape("\ud83d."));
        Assert.Equal("\\ude00.", DisplayText.Escape("\ude00."));
        Assert.Equal("\ud83d\ude00", DisplayText.Escape("\ud83d\ude00"));
        Assert.Equal("…", DisplayText.Cut("\ud83d\ude00", 1));
    }

    [Theory]
    [InlineData(299, 299, "")]
    [InlineData(300, 300, "")]
    [InlineData(301, 300, "…")]
    public void A_quoted_text_is_cut_at_300_characters(int length, int kept, string end)
    {
        Assert.Equal($"\"{new string('x', kept)}{end}\"", DisplayText.Quote(new string('x', length)));
        Assert.Equal($"\"{new string('x', kept)}{end}\"", DisplayText.QuoteAscii(new string('x', length)));
    }

    [Theory]
    [InlineData("ab\ud83d\ude00c", 3, "ab…")]
    [InlineData("ab\ud83d\ude00c", 4, "ab\ud83d\ude00…")]
    [InlineData("ab\ud83d\ude00c", 5, "ab\ud83d\ude00c")]
    public void A_cut_never_splits_a_character(string text, int length, string shown) => Assert.Equal(shown, DisplayText.Cut(text, length));

    [Fact]
    public void A_document_keeps_its_lines_and_nothing_else() => Assert.Equal("{\n}\\u001b\r\n\\u000d", DisplayText.EscapeLines("{\n}\u001b\r\n\r"));

    [Fact]
    public void A_failure_is_escaped_whoever_makes_it()
    {
        var failure = new Failure(IrsaErrorCode.OptionInvalid, true, "a\u001b\nb", "c\u202e\nd");

        Assert.Equal("IRSA109: a\\u001b\\u000ab c\\u202e\nd", failure.ToException().Message);
        Assert.Equal("x\\u0007", (failure with { Message = "x\a" }).Message);
    }
}

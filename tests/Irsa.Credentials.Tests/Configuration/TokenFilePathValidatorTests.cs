using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tests.Configuration;

public sealed class TokenFilePathValidatorTests
{
    [Theory]
    [InlineData("/var/run/token", false, nameof(TokenPathProblem.None))]
    [InlineData("/var/run/token", true, nameof(TokenPathProblem.LinuxOnWindows))]
    [InlineData("C:\\var\\run\\token", true, nameof(TokenPathProblem.None))]
    [InlineData("z:/var/run/token", true, nameof(TokenPathProblem.None))]
    [InlineData("\\\\server\\share\\token", true, nameof(TokenPathProblem.None))]
    [InlineData("C:\\var\\run\\token", false, nameof(TokenPathProblem.WindowsElsewhere))]
    [InlineData("\\\\server\\share\\token", false, nameof(TokenPathProblem.WindowsElsewhere))]
    [InlineData("C:token", true, nameof(TokenPathProblem.Relative))]
    [InlineData("1:/token", true, nameof(TokenPathProblem.Relative))]
    [InlineData("\\token", true, nameof(TokenPathProblem.Relative))]
    [InlineData("C:/Program Files/Git/var/run/secrets/token", false, nameof(TokenPathProblem.GitBash))]
    [InlineData("C:/Program Files/Git/var/run/secrets/token", true, nameof(TokenPathProblem.None))]
    [InlineData("~/token", false, nameof(TokenPathProblem.Tilde))]
    [InlineData("\"/token\"", false, nameof(TokenPathProblem.Quoted))]
    [InlineData("'/token'", false, nameof(TokenPathProblem.Quoted))]
    [InlineData("token", false, nameof(TokenPathProblem.Relative))]
    [InlineData("", false, nameof(TokenPathProblem.Relative))]
    [InlineData(" /token", false, nameof(TokenPathProblem.SurroundingWhiteSpace))]
    [InlineData("/token\n", true, nameof(TokenPathProblem.SurroundingWhiteSpace))]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJ9.c2ln", false, nameof(TokenPathProblem.Token))]
    [InlineData("\"eyJhbGciOiJSUzI1NiJ9.eyJ9.c2ln\"\n", true, nameof(TokenPathProblem.Token))]
    [InlineData("eyJ/token", false, nameof(TokenPathProblem.Relative))]
    [InlineData("/eyJ/a.b.c", false, nameof(TokenPathProblem.None))]
    [InlineData("/tok\0en", false, nameof(TokenPathProblem.NullCharacter))]
    public void A_path_has_one_problem_or_none(string path, bool isWindows, string expected) =>
        Assert.Equal(expected, TokenFilePathValidator.Validate(path, isWindows).ToString());

    [Fact]
    public void Every_problem_has_its_own_words_and_a_remedy()
    {
        var failures = Enum.GetValues<TokenPathProblem>().Except([TokenPathProblem.None]).Select(static problem => ConfigurationFailures.InvalidTokenFilePath("x", problem)).ToList();

        Assert.Equal(failures.Count, failures.Select(static failure => failure.Message).Distinct().Count());
        Assert.All(failures, static failure => Assert.NotEmpty(failure.Remedy));
    }
}

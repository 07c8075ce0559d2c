using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.Tests.Tokens;

public sealed class TokenFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("irsa-test-").FullName;
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly TokenFile _file;

    public TokenFileTests() => _file = new TokenFile(TokenPath, _time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string TokenPath => Path.Combine(_folder, "token");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData(" \r\n\t")]
    public async Task The_token_is_read_and_trimmed(string after)
    {
        await File.WriteAllTextAsync(TokenPath, "\uFEFF" + TestToken.Create() + after, Cancel);

        Assert.Equal(TestToken.Create(), (await _file.ReadAsync(Cancel)).Value);
    }

    [Fact]
    public async Task The_file_is_read_anew_each_time()
    {
        var (first, second) = (TestToken.Create(), TestToken.Create("""{"sub":"second"}"""));
        await File.WriteAllTextAsync(TokenPath, first, Cancel);
        Assert.Equal(first, (await _file.ReadAsync(Cancel)).Value);
        await File.WriteAllTextAsync(TokenPath, second, Cancel);
        Assert.Equal(second, (await _file.ReadAsync(Cancel)).Value);
    }

    [Theory]
    [InlineData("", IrsaErrorCode.TokenFileEmpty)]
    [InlineData(" \n ", IrsaErrorCode.TokenFileEmpty)]
    [InlineData("not a token", IrsaErrorCode.TokenInvalid)]
    public async Task A_file_without_a_token_is_a_typed_failure_with_path_and_remedy(string content, IrsaErrorCode expected)
    {
        await File.WriteAllTextAsync(TokenPath, content, Cancel);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => _file.ReadAsync(Cancel).AsTask());

        Assert.Equal(expected, thrown.Code);
        Assert.Contains(TokenPath, thrown.Message, StringComparison.Ordinal);
        Assert.NotEmpty(thrown.Remedy);
    }

    [Fact]
    public async Task A_file_of_another_encoding_is_no_token()
    {
        await File.WriteAllBytesAsync(TokenPath, [0xff, 0xfe, 0x41, 0x00], Cancel);

        Assert.Equal(IrsaErrorCode.TokenInvalid, (await Assert.ThrowsAsync<IrsaException>(() => _file.ReadAsync(Cancel).AsTask())).Code);
    }

    [Theory]
    [InlineData(20_001)]
    [InlineData(5_000_000)]
    public async Task A_file_beyond_STSs_limit_is_refused(int length)
    {
        await File.WriteAllTextAsync(TokenPath, new string('a', length), Cancel);

        Assert.Equal(IrsaErrorCode.TokenTooLong, (await Assert.ThrowsAsync<IrsaException>(() => _file.ReadAsync(Cancel).AsTask())).Code);
    }

    [Fact]
    public async Task A_directory_in_its_place_is_said_to_be_one()
    {
        Directory.CreateDirectory(TokenPath);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => _file.ReadAsync(Cancel).AsTask());

        Assert.Contains("is a directory", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_is_a_failure_that_shows_mode_and_remedy()
    {
        await File.WriteAllTextAsync(TokenPath, "x", Cancel);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(TokenPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        // Whoever runs the tests may read everything, so the refusal itself is given.
        var failure = TokenFileFailures.Unreadable(TokenPath, new UnauthorizedAccessException());

        Assert.Equal((IrsaErrorCode.TokenFileUnreadable, true), (failure.Code, failure.IsPermanent));
        Assert.Contains(OperatingSystem.IsWindows() ? "denied" : "mode is 0600", failure.Message, StringComparison.Ordinal);
        Assert.Contains("fsGroup: 65534", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_a_failure_that_tells_which_part_is_missing()
    {
        var file = new TokenFile(Path.Combine(_folder, "no", "mount", "token"), _time);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => file.ReadAsync(Cancel).AsTask());

        Assert.Equal(IrsaErrorCode.TokenFileNotFound, thrown.Code);
        Assert.Contains($"the directory \"{Path.Combine(_folder, "no")}\" does not exist, so the volume is not mounted", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stamp_changes_with_the_kubelets_swap_although_the_name_and_the_length_stay()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there that a test run may not have.");
        foreach (var (version, day) in ((string, int)[])[("..one", 1), ("..two", 2)])
        {
            var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, version)).FullName, "token");
            await File.WriteAllTextAsync(file, version, Cancel);
            File.SetLastWriteTimeUtc(file, new DateTime(2026, 11, day, 0, 0, 0, DateTimeKind.Utc));
        }

        File.CreateSymbolicLink(TokenPath, "..data/token");
        var data = Path.Combine(_folder, "..data");
        Directory.CreateSymbolicLink(data, "..one");
        var seen = _file.Stamp();
        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "..two");

        Assert.NotEqual(seen, _file.Stamp());
    }

    [Fact]
    public async Task The_stamp_changes_with_a_swap_and_ends_the_waiting()
    {
        Assert.Equal(default, _file.Stamp());
        await File.WriteAllTextAsync(TokenPath, "one", Cancel);
        var seen = _file.Stamp();
        Assert.Equal(seen, _file.Stamp());

        var waiting = _file.WaitForChangeAsync(seen, Cancel);
        Assert.False(waiting.IsCompleted);
        await File.WriteAllTextAsync(TokenPath, "another", Cancel);
        _time.Advance(TimeSpan.FromMilliseconds(500));

        await waiting;
    }

    [Fact]
    public void A_token_does_not_print_itself() =>
        Assert.DoesNotContain(TestToken.Create(), new WebIdentityToken(TestToken.Create(), new TokenClaims { Subject = "me" }).ToString(), StringComparison.Ordinal);
}

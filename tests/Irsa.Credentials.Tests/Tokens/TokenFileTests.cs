using System.Diagnostics;
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

        Assert.Equal(TestToken.Create(), (await ReadAsync()).Token?.Value);
    }

    [Fact]
    public async Task The_file_is_read_again_each_time()
    {
        var (first, second) = (TestToken.Create(), TestToken.Create("""{"sub":"second"}"""));
        await File.WriteAllTextAsync(TokenPath, first, Cancel);
        Assert.Equal(first, (await ReadAsync()).Token?.Value);
        await File.WriteAllTextAsync(TokenPath, second, Cancel);
        Assert.Equal(second, (await ReadAsync()).Token?.Value);
    }

    /// <summary>A thousand roles of a process then hold one token. Tests beside this one read other tokens, so it may need another look.</summary>
    [Fact]
    public async Task Roles_that_read_the_same_token_share_it()
    {
        await File.WriteAllTextAsync(TokenPath, TestToken.Create("""{"sub":"shared"}"""), Cancel);
        var other = new TokenFile(TokenPath, _time);
        var isShared = false;

        for (var look = 0; look < 1000 && !isShared; look++)
        {
            isShared = ReferenceEquals((await ReadAsync()).Token, (await other.ReadAsync(Cancel)).Token);
        }

        Assert.True(isShared);
    }

    /// <summary>The token itself in the place of its path, which the tool makes absolute. A file's name has 255 bytes at most.</summary>
    [Theory]
    [InlineData(40, IrsaErrorCode.TokenFileNotFound)]
    [InlineData(400, IrsaErrorCode.TokenFileUnreadable)]
    public async Task A_path_that_holds_a_token_is_not_shown(int length, IrsaErrorCode expected)
    {
        var token = $"eyJhbGciOiJSUzI1NiJ9.eyJ9.{new string('x', length)}";

        var failure = (await new TokenFile(Path.Combine(_folder, token), _time).ReadAsync(Cancel)).Failure!;

        Assert.Equal(expected, failure.Code);
        Assert.DoesNotContain("xxxx", failure.ToException().ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", IrsaErrorCode.TokenFileEmpty)]
    [InlineData(" \n ", IrsaErrorCode.TokenFileEmpty)]
    [InlineData("not a token", IrsaErrorCode.TokenInvalid)]
    public async Task A_file_without_a_token_is_a_typed_failure_with_path_and_remedy(string content, IrsaErrorCode expected)
    {
        await File.WriteAllTextAsync(TokenPath, content, Cancel);

        var failure = (await ReadAsync()).Failure!;

        Assert.Equal(expected, failure.Code);
        Assert.Contains(TokenPath, failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Remedy);
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe, 0x41, 0x00 }, "it is UTF-16 text, as Windows PowerShell writes it")]
    [InlineData(new byte[] { 0xfe, 0xff, 0x00, 0x41 }, "it is UTF-16 text, as Windows PowerShell writes it")]
    [InlineData(new byte[] { 0x41, 0xff }, "it is not text")]
    public async Task A_file_of_another_encoding_is_no_token(byte[] content, string words)
    {
        await File.WriteAllBytesAsync(TokenPath, content, Cancel);

        var failure = (await ReadAsync()).Failure!;

        Assert.Equal(IrsaErrorCode.TokenInvalid, failure.Code);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20_001)]
    [InlineData(5_000_000)]
    public async Task A_file_beyond_STSs_limit_is_refused(int length)
    {
        await File.WriteAllTextAsync(TokenPath, new string('a', length), Cancel);

        Assert.Equal(IrsaErrorCode.TokenTooLong, (await ReadAsync()).Failure?.Code);
    }

    [Fact]
    public async Task A_directory_in_its_place_is_said_to_be_one()
    {
        Directory.CreateDirectory(TokenPath);

        var failure = (await ReadAsync()).Failure!;

        Assert.Contains("is a directory", failure.Message, StringComparison.Ordinal);
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

        var failure = (await file.ReadAsync(Cancel)).Failure!;

        Assert.Equal(IrsaErrorCode.TokenFileNotFound, failure.Code);
        Assert.Contains($"the directory \"{Path.Combine(_folder, "no")}\" does not exist, so the volume is not mounted", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_changes_with_the_kubelets_swap_although_the_name_and_the_length_stay()
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
        var seen = _file.ReadVersion();
        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "..two");

        Assert.NotEqual(seen, _file.ReadVersion());
    }

    [Fact]
    public async Task The_version_changes_with_a_swap_and_ends_the_waiting()
    {
        Assert.Equal(TokenFileVersion.Missing, _file.ReadVersion());
        await File.WriteAllTextAsync(TokenPath, "one", Cancel);
        var seen = _file.ReadVersion();
        Assert.Equal(seen, _file.ReadVersion());

        var waiting = _file.WaitForChangeAsync(seen, Cancel);
        Assert.False(waiting.IsCompleted);
        await File.WriteAllTextAsync(TokenPath, "another", Cancel);
        while (!waiting.IsCompleted)
        {
            Cancel.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        Assert.True(await waiting);
    }

    [Fact]
    public async Task A_file_with_a_time_beyond_the_year_9999_is_read()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "Needs a file system that stores such times, as the kubelet's tmpfs does.");
        var path = $"/dev/shm/irsa-test-{Guid.NewGuid():N}";
        await File.WriteAllTextAsync(path, TestToken.Create(), Cancel);
        try
        {
            using var touch = System.Diagnostics.Process.Start("touch", ["-d", "@253402300801", path]);
            await touch.WaitForExitAsync(Cancel);
            Assert.Throws<ArgumentOutOfRangeException>(() => File.GetLastWriteTimeUtc(path));
            var file = new TokenFile(path, _time);

            var read = await file.ReadAsync(Cancel);

            Assert.Equal(TestToken.Create(), read.Token?.Value);
            Assert.Equal(read.Version, file.ReadVersion());
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static TheoryData<UnixFileMode, UnixFileMode, string?> Modes
    {
        get
        {
            const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
            const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            return new()
            {
                { File, Folder, null },
                { File | UnixFileMode.GroupWrite, Folder | UnixFileMode.GroupWrite, null },
                { File | UnixFileMode.OtherWrite, Folder, "The token file" },
                { File, Folder | UnixFileMode.OtherWrite, "The directory" },
                { File, Folder | UnixFileMode.OtherWrite | UnixFileMode.StickyBit, null },
            };
        }
    }

    /// <summary>The kubelet's volume is a directory with the sticky bit that everyone may write to.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_token_that_everyone_may_replace_is_read_with_a_warning(UnixFileMode file, UnixFileMode folder, string? named)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Modes are read on Linux only.");
        Debug.Assert(OperatingSystem.IsLinux(), "It was looked at above, but the analyzer does not know that.");
        var above = Directory.CreateDirectory(Path.Combine(_folder, "mount"));
        var mount = above.CreateSubdirectory("..2026");
        await File.WriteAllTextAsync(Path.Combine(mount.FullName, "token"), TestToken.Create(), Cancel);
        File.CreateSymbolicLink(TokenPath, Path.Combine(mount.FullName, "token"));
        File.SetUnixFileMode(TokenPath, file);

        // A directory further up is as good as the one that holds the file.
        File.SetUnixFileMode(above.FullName, folder);

        var read = await ReadAsync();

        Assert.Equal(TestToken.Create(), read.Token?.Value);
        Assert.Equal(named is null ? null : IrsaErrorCode.TokenFileWorldWritable, read.Warning?.Code);
        Assert.StartsWith(named ?? string.Empty, read.Warning?.Message ?? string.Empty, StringComparison.Ordinal);
    }

    private Task<TokenReadResult> ReadAsync() => _file.ReadAsync(Cancel);

    [Fact]
    public void A_token_does_not_print_itself() =>
        Assert.DoesNotContain(TestToken.Create(), new WebIdentityToken(TestToken.Create(), new TokenClaims { Subject = "me" }).ToString(), StringComparison.Ordinal);
}
